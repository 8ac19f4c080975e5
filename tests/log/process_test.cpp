#include "adapters/system/process.hpp"
#include "adapters/system/disk.hpp"
#include "tests/log/chain.hpp"
#include "tests/ports/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <thread>

namespace engine::log
{
namespace
{
constexpr std::uint64_t kSegment = std::uint64_t{64} << 10;

/// What a child process tells its parent, and what stays when it is killed: the model outside.
struct Shared
{
    volatile std::uint64_t acknowledged = 0;
};

Shared* share()
{
    void* const page =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return new (page) Shared;
}

/// The blocks of every run are the same: block n is a function of n.
void extend(Chain& chain, std::uint64_t count)
{
    while (chain.size() < count)
        chain.add(1 + chain.size() * 37 % 3000);
}

/// Appends until it is killed.
[[noreturn]] void write_for_ever(const std::string& path, Shared& shared)
{
    PosixDisk disk;
    auto directory = DataDirectory::own(disk, path, describe_process("writer"));
    if (!directory)
        ::_exit(3);
    auto log = SegmentLog::open(disk, *directory, {kSegment, {}, false});
    if (!log)
        ::_exit(4);
    Chain chain;
    const auto tip = (*log)->tip();
    extend(chain, tip ? tip->header.height.value + 1 : 0);
    for (;;)
    {
        extend(chain, chain.size() + 1);
        if (!(*log)->append(chain.blocks().back()))
            ::_exit(5);
        shared.acknowledged = chain.size();
        if (!(*log)->prepare_next())
            ::_exit(6);
    }
}

TEST(LogProcess, NothingAcknowledgedIsLostWhenItIsKilled)
{
    const TemporaryDirectory directory;
    const auto path = directory / "data";
    auto* const shared = share();
    PosixDisk disk;
    Chain chain;
    for (unsigned round = 0; round < 40; ++round)
    {
        const auto child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0)
            write_for_ever(path, *shared);
        // Every third is killed while it starts, whatever it is doing; the others while they write.
        const auto enough = shared->acknowledged + 1 + round % 15;
        int status = 0;
        while (round % 3 != 0 && shared->acknowledged < enough)
        {
            ASSERT_EQ(::waitpid(child, &status, WNOHANG), 0) << "exit code " << WEXITSTATUS(status);
            ::usleep(100);
        }
        ::usleep(round * 7919 % 3000);

        if (round % 4 == 0)
        {
            // Beside the running writer: everything that was acknowledged before, and no error.
            const std::uint64_t before = shared->acknowledged;
            const auto reader = open_reader(disk, path, LogHeight{0});
            ASSERT_TRUE(reader) << to_string(reader.error());
            const auto read = read_all(**reader);
            EXPECT_FALSE(read.error) << to_string(*read.error);
            EXPECT_GE(read.blocks.size(), before);
        }
        ::kill(child, SIGKILL);
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << "exit code " << WEXITSTATUS(status);

        const auto owned = DataDirectory::own(disk, path, describe_process("test"));
        ASSERT_TRUE(owned) << to_string(owned.error());
        const auto log = SegmentLog::open(disk, *owned, {kSegment, {}, true});
        ASSERT_TRUE(log) << to_string(log.error());
        const auto read = read_log(**log);
        ASSERT_FALSE(read.error);
        ASSERT_GE(read.blocks.size(), shared->acknowledged);
        ASSERT_LE(read.blocks.size(), shared->acknowledged + 1);
        shared->acknowledged = read.blocks.size();  // What was read back is durable, too.
        extend(chain, read.blocks.size());
        ASSERT_EQ(read.blocks, chain.blocks());
    }
    EXPECT_GT(chain.size(), 100U);
}

TEST(LogProcess, ASecondOneIsToldWhoHasTheDirectory)
{
    const TemporaryDirectory directory;
    const auto path = directory / "data";
    PosixDisk disk;
    const auto owned = DataDirectory::own(disk, path, describe_process("engine run"));
    ASSERT_TRUE(owned);
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0)
    {
        const auto refused = DataDirectory::own(disk, path, describe_process("engine run"));
        const auto holder = "process " + std::to_string(::getppid()) + " (engine run)";
        const bool named = !refused && refused.error().code == LogErrorCode::owned &&
                           refused.error().what.find(holder) != std::string::npos;
        ::_exit(named ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

/// Followers of the log on other threads, some within the process, some as another would read it.
TEST(LogProcess, ReadersOnOtherThreadsSeeEveryBlockOnceAndWhole)
{
    const TemporaryDirectory directory;
    const auto path = directory / "data";
    PosixDisk disk;
    const auto owned = *DataDirectory::own(disk, path, describe_process("test"));
    const auto log = *SegmentLog::open(disk, owned, {kSegment, {}, false});
    Chain chain;
    extend(chain, 300);

    const auto follow = [&](std::unique_ptr<BlockReader> reader) {
        std::size_t seen = 0;
        while (seen < chain.size())
        {
            const auto block = reader->next();
            ASSERT_TRUE(block) << to_string(block.error());
            if (*block == nullptr)
                continue;
            ASSERT_TRUE(equal((*block)->bytes(), chain.blocks()[seen]));
            ++seen;
        }
    };
    std::vector<std::thread> threads;
    threads.emplace_back([&] { follow(*log->reader(LogHeight{0})); });
    threads.emplace_back([&] { follow(*open_reader(disk, path, LogHeight{0})); });
    threads.emplace_back([&] {
        for (std::uint64_t height = 0; height < chain.size(); height += 7)
        {
            while (!log->tip() || log->tip()->header.height.value < height)
            {}
            ASSERT_EQ(*read_block(*log, LogHeight{height}), chain.blocks()[height]);
        }
    });
    for (const auto& block : chain.blocks())
    {
        ASSERT_TRUE(log->append(block));
        ASSERT_TRUE(log->prepare_next());
    }
    for (auto& thread : threads)
        thread.join();
}

TEST(LogProcess, ReadsMappedSegmentsOnARealDisk)
{
    const TemporaryDirectory directory;
    PosixDisk disk;
    const auto owned = *DataDirectory::own(disk, directory / "data", describe_process("test"));
    const auto log = *SegmentLog::open(disk, owned, {kSegment, {}, false});
    Chain chain;
    extend(chain, 200);
    for (const auto& block : chain.blocks())
        ASSERT_TRUE(log->append(block));
    EXPECT_EQ(read_log(*log).blocks, chain.blocks());
    for (std::uint64_t height = 0; height < 200; height += 13)
        EXPECT_EQ(*read_block(*log, LogHeight{height}), chain.blocks()[height]);
}
}  // namespace
}  // namespace engine::log

#include "adapters/system/disk.hpp"
#include "adapters/system/process.hpp"
#include "tests/ports/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>

namespace engine
{
namespace
{
const Bytes kHello{'h', 'e', 'l', 'l', 'o'};

std::unique_ptr<File> must_open_file(PosixDisk& disk, const std::string& path, OpenMode mode)
{
    return std::move(*disk.open(path, mode));
}

TEST(PosixFile, ReadsWhatWasWrittenWhereItWasWritten)
{
    const TemporaryDirectory directory;
    PosixDisk disk;
    const auto file = must_open_file(disk, directory / "f", OpenMode::create);
    ASSERT_TRUE(file->write_at(10, kHello));
    ASSERT_TRUE(file->sync());
    EXPECT_EQ(*file->size(), 15U);
    Bytes read(5);
    EXPECT_EQ(*file->read_at(10, read), 5U);
    EXPECT_EQ(read, kHello);
    EXPECT_EQ(*file->read_at(12, read), 3U);  // Fewer only where the file ends.
    EXPECT_EQ(*file->read_at(15, read), 0U);
    EXPECT_EQ(*file->read_at(0, read), 5U);
    EXPECT_EQ(read, Bytes(5));
}

TEST(PosixFile, ModesDoWhatTheirNamesSay)
{
    const TemporaryDirectory directory;
    PosixDisk disk;
    EXPECT_EQ(disk.open(directory / "f", OpenMode::read).error().code, ENOENT);
    EXPECT_EQ(disk.open(directory / "f", OpenMode::write).error().code, ENOENT);
    ASSERT_TRUE(must_open_file(disk, directory / "f", OpenMode::create)->write_at(0, kHello));
    EXPECT_EQ(*must_open_file(disk, directory / "f", OpenMode::create)->size(), 5U);
    EXPECT_EQ(
        must_open_file(disk, directory / "f", OpenMode::read)->write_at(0, kHello).error().code,
        EBADF);
    EXPECT_EQ(*must_open_file(disk, directory / "f", OpenMode::create_empty)->size(), 0U);
}

TEST(PosixFile, IsPrivate)
{
    const TemporaryDirectory directory;
    PosixDisk disk;
    ASSERT_TRUE(disk.make_directories(directory / "a/b"));
    must_open_file(disk, directory / "a/b/f", OpenMode::create);
    struct stat status
    {};
    ASSERT_EQ(::stat((directory / "a/b/f").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    ASSERT_EQ(::stat((directory / "a/b").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST(PosixFile, IsMappedAsLongAsItWas)
{
    const TemporaryDirectory directory;
    PosixDisk disk;
    const auto empty = must_open_file(disk, directory / "e", OpenMode::create);
    EXPECT_TRUE(empty->map()->empty());
    const auto file = must_open_file(disk, directory / "f", OpenMode::create);
    ASSERT_TRUE(file->write_at(0, kHello));
    EXPECT_TRUE(equal(*file->map(), kHello));
    ASSERT_TRUE(file->write_at(5, kHello));
    EXPECT_EQ(file->map()->size(), 5U);
}

/// A file-size limit makes the kernel write a part first and refuse the rest.
TEST(PosixFile, APartialWriteIsContinuedUntilItFails)
{
    const TemporaryDirectory directory;
    PosixDisk disk;
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0)
    {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{1000, 1000};
        const auto file = must_open_file(disk, directory / "f", OpenMode::create);
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0)
            ::_exit(2);
        const auto written = file->write_at(0, Bytes(1500, 1));
        const bool refused =
            !written && written.error().code == EFBIG && written.error().operation == "write";
        ::_exit(refused && *file->size() == 1000 ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(PosixDisk, ListsNamesInByteOrder)
{
    const TemporaryDirectory directory;
    PosixDisk disk;
    for (const auto* name : {"b", "a", "C", "10", "9"})
        must_open_file(disk, directory / name, OpenMode::create);
    EXPECT_EQ(*disk.list(directory.path()), (std::vector<std::string>{"10", "9", "C", "a", "b"}));
    EXPECT_EQ(disk.list(directory / "none").error().code, ENOENT);
}

TEST(PosixDisk, RenamesLinksAndRemoves)
{
    const TemporaryDirectory directory;
    PosixDisk disk;
    ASSERT_TRUE(replace_file(disk, directory / "f", kHello));
    ASSERT_TRUE(disk.link(directory / "f", directory / "g"));
    ASSERT_TRUE(disk.rename(directory / "f", directory / "h"));
    EXPECT_FALSE(disk.exists(directory / "f"));
    EXPECT_EQ(*read_file(disk, directory / "g"), kHello);
    EXPECT_EQ(*read_file(disk, directory / "h"), kHello);
    ASSERT_TRUE(disk.remove(directory / "g"));
    EXPECT_EQ(disk.remove(directory / "g").error().code, ENOENT);
    ASSERT_TRUE(disk.make_directories(directory / "d/e"));
    ASSERT_TRUE(replace_file(disk, directory / "d/e/f", kHello));
    ASSERT_TRUE(disk.remove_all(directory / "d"));
    EXPECT_EQ(*disk.list(directory.path()), std::vector<std::string>{"h"});
}

TEST(PosixDisk, ReplacesAFileInOneStep)
{
    const TemporaryDirectory directory;
    PosixDisk disk;
    for (const auto& content : {kHello, Bytes{}, Bytes(100'000, 7)})
    {
        ASSERT_TRUE(replace_file(disk, directory / "f", content));
        EXPECT_EQ(*read_file(disk, directory / "f"), content);
    }
    EXPECT_EQ(disk.list(directory.path())->size(), 1U);
}

TEST(PosixDisk, ErrorsNameTheCallThePathAndTheReason)
{
    PosixDisk disk;
    EXPECT_EQ(to_string(disk.open("/nowhere/f", OpenMode::create).error()),
        "open /nowhere/f: No such file or directory (2)");
    EXPECT_EQ(disk.make_directories("/dev/null/x").error().code, ENOTDIR);
}

TEST(PosixDisk, KnowsItsFreeSpace)
{
    const TemporaryDirectory directory;
    EXPECT_GT(*PosixDisk{}.free_space(directory.path()), 0U);
}

TEST(PosixDisk, ALockNamesItsHolderToAnotherProcess)
{
    const TemporaryDirectory directory;
    PosixDisk disk;
    const auto path = directory / "LOCK";
    std::array<int, 2> ready{};
    std::array<int, 2> leave{};
    ASSERT_EQ(::pipe(ready.data()), 0);
    ASSERT_EQ(::pipe(leave.data()), 0);
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0)
    {
        const auto lock = disk.lock(path, describe_process("engine run"));
        char byte = lock ? 'y' : 'n';
        if (::write(ready[1], &byte, 1) != 1 || ::read(leave[0], &byte, 1) != 1)
            ::_exit(2);
        ::_exit(0);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    ASSERT_EQ(byte, 'y');
    EXPECT_TRUE(disk.is_locked(path));
    const auto refused = disk.lock(path, "somebody else");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().operation, "lock");
    EXPECT_EQ(refused.error().code, EWOULDBLOCK);
    EXPECT_EQ(read_holder(disk, path), "process " + std::to_string(child) + " (engine run)");

    ::kill(child, SIGKILL);  // However it ends, the lock is free.
    ::waitpid(child, nullptr, 0);
    EXPECT_FALSE(disk.is_locked(path));
    EXPECT_TRUE(disk.lock(path, "somebody else"));
    for (const int fd : {ready[0], ready[1], leave[0], leave[1]})
        ::close(fd);
}

TEST(PosixDisk, AskingForALockDoesNotTakeIt)
{
    const TemporaryDirectory directory;
    PosixDisk disk;
    const auto path = directory / "LOCK";
    EXPECT_FALSE(disk.is_locked(path));
    EXPECT_FALSE(disk.exists(path));
    {
        const auto lock = disk.lock(path, "me");
        ASSERT_TRUE(lock);
        EXPECT_TRUE(disk.is_locked(path));
        EXPECT_EQ(disk.lock(path, "me again").error().code, EWOULDBLOCK);
        EXPECT_EQ(read_holder(disk, path), "me");
    }
    EXPECT_FALSE(disk.is_locked(path));
    EXPECT_TRUE(disk.lock(path, "me"));
}
}  // namespace
}  // namespace engine

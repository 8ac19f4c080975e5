// Preloaded into the engine: ends the process with SIGKILL in the middle of a write, before a sync,
// and so on, when the file named by REFOLD_CRASH_AT says so. The engine itself knows nothing of it.
//
//   file := armed: u32 phase   countdown: u32   hits: u32[7], one for each phase

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace
{
enum Phase : std::uint32_t
{
    kNone = 0,
    kWrite = 1,       // Half of a block is written.
    kSync = 2,        // A block is written and not synced.
    kFlush = 3,       // RocksDB writes its file, its manifest, or takes it in.
    kSegment = 4,     // The next segment is filled or moved into place.
    kCheckpoint = 5,  // A checkpoint is being linked.
    kOpening = 6,     // Anything that is read, written or synced after the start.
};

constexpr off_t kSector = 512;

struct Control
{
    std::atomic<std::uint32_t> armed;
    std::atomic<std::uint32_t> countdown;
    std::atomic<std::uint32_t> hits[7];
};

Control* control()
{
    static Control* const mapped = [] {
        const char* path = std::getenv("REFOLD_CRASH_AT");
        const int fd = path != nullptr ? ::open(path, O_RDWR | O_CLOEXEC) : -1;
        if (fd < 0)
            return static_cast<Control*>(nullptr);
        void* at = ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        ::close(fd);
        return at != MAP_FAILED ? static_cast<Control*>(at) : nullptr;
    }();
    return mapped;
}

void end_here(Phase phase)
{
    control()->hits[phase].fetch_add(1);
    ::kill(::getpid(), SIGKILL);
    for (;;)
        ::pause();
}

/// Whether this is the place: the phase is armed, and has been met often enough.
bool is_due(Phase phase)
{
    auto* c = control();
    if (c == nullptr || c->armed.load() != phase)
        return false;
    const auto left = c->countdown.load();
    if (left > 0)
        c->countdown.store(left - 1);
    return left == 0;
}

bool is_armed()
{
    auto* c = control();
    return c != nullptr && c->armed.load() != kNone;
}

Phase phase_of(std::string_view path, bool sync)
{
    if (path.find("/checkpoints/") != std::string_view::npos)
        return kCheckpoint;
    if (path.find("/state/") != std::string_view::npos)
        return kFlush;
    if (path.find("/log/next.seg") != std::string_view::npos)
        return kSegment;
    if (path.find("/log/") != std::string_view::npos && path.ends_with(".seg"))
        return sync ? kSync : kWrite;
    return kNone;
}

Phase phase_of(int fd, bool sync)
{
    char link[64];
    char path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const auto size = ::readlink(link, path, sizeof path);
    return size > 0 ? phase_of({path, static_cast<std::size_t>(size)}, sync) : kNone;
}

template <typename Function>
Function next(const char* name)
{
    Function function{};
    void* symbol = ::dlsym(RTLD_NEXT, name);
    std::memcpy(&function, &symbol, sizeof function);
    return function;
}

using Write = ssize_t (*)(int, const void*, size_t, off_t);
using Read = ssize_t (*)(int, void*, size_t, off_t);
using Sync = int (*)(int);
using TwoPaths = int (*)(const char*, const char*);

ssize_t write_or_end(const char* name, int fd, const void* bytes, size_t count, off_t offset)
{
    static const auto real = next<Write>("pwrite");
    (void)name;
    if (is_armed())
    {
        const auto phase = phase_of(fd, false);
        if (is_due(kOpening) || (phase != kNone && is_due(phase)))
        {
            // A write that a signal ends stops between two pages, one that the power ends between
            // two sectors: never within a sector.
            const auto middle = (offset + static_cast<off_t>(count / 2)) / kSector * kSector;
            if (middle > offset)
                real(fd, bytes, static_cast<size_t>(middle - offset), offset);
            end_here(phase != kNone && control()->armed.load() == phase ? phase : kOpening);
        }
    }
    return real(fd, bytes, count, offset);
}

int sync_or_end(Sync real, int fd)
{
    if (is_armed())
    {
        const auto phase = phase_of(fd, true);
        if (is_due(kOpening))
            end_here(kOpening);
        if (phase != kNone && is_due(phase))
            end_here(phase);
    }
    return real(fd);
}

int move_or_end(TwoPaths real, const char* from, const char* to)
{
    if (is_armed())
    {
        const auto a = phase_of(std::string_view{from}, false);
        const auto b = phase_of(std::string_view{to}, false);
        for (const auto phase : {a, b})
        {
            if (phase != kNone && phase != kWrite && is_due(phase))
                end_here(phase);
        }
    }
    return real(from, to);
}
}  // namespace

extern "C" {
ssize_t pwrite(int fd, const void* bytes, size_t count, off_t offset)
{
    return write_or_end("pwrite", fd, bytes, count, offset);
}
ssize_t pwrite64(int fd, const void* bytes, size_t count, off_t offset)
{
    return write_or_end("pwrite64", fd, bytes, count, offset);
}
ssize_t pread(int fd, void* bytes, size_t count, off_t offset)
{
    static const auto real = next<Read>("pread");
    if (is_armed() && is_due(kOpening))
        end_here(kOpening);
    return real(fd, bytes, count, offset);
}
int fdatasync(int fd)
{
    static const auto real = next<Sync>("fdatasync");
    return sync_or_end(real, fd);
}
int fsync(int fd)
{
    static const auto real = next<Sync>("fsync");
    return sync_or_end(real, fd);
}
int rename(const char* from, const char* to) noexcept
{
    static const auto real = next<TwoPaths>("rename");
    return move_or_end(real, from, to);
}
int link(const char* from, const char* to) noexcept
{
    static const auto real = next<TwoPaths>("link");
    return move_or_end(real, from, to);
}
}

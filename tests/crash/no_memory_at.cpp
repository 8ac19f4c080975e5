// Preloaded into a program of ours: its N-th allocation finds no memory, and so many after it, when
// the file named by REFOLD_NO_MEMORY_AT says so. The program itself knows nothing of it. It asks
// glibc by the names below (engine/cli/sudden_end.cpp), whoever in it has asked.
//
//   file := armed: u64   from: u64   fails: u64   counted: u64   failed: u64

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace
{
struct Control
{
    std::atomic<std::uint64_t> armed;
    std::atomic<std::uint64_t> from;
    std::atomic<std::uint64_t> fails;
    std::atomic<std::uint64_t> counted;
    std::atomic<std::uint64_t> failed;
};

Control* s_control = nullptr;

__attribute__((constructor)) void begin()
{
    const char* path = std::getenv("REFOLD_NO_MEMORY_AT");
    const int fd = path != nullptr ? ::open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void* at = ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    if (at != MAP_FAILED)
        s_control = static_cast<Control*>(at);
}

/// Whether this allocation is to fail.
bool fails()
{
    auto* c = s_control;
    if (c == nullptr || c->armed.load(std::memory_order_relaxed) == 0)
        return false;
    const auto number = c->counted.fetch_add(1) + 1;
    const auto from = c->from.load();
    if (number < from || number >= from + c->fails.load())
        return false;
    c->failed.fetch_add(1);
    errno = ENOMEM;
    return true;
}

template <typename Function>
Function next(const char* name)
{
    Function function{};
    void* symbol = ::dlsym(RTLD_NEXT, name);
    std::memcpy(&function, &symbol, sizeof function);
    return function;
}
}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size)
{
    static const auto real = next<void* (*)(std::size_t)>("__libc_malloc");
    return fails() ? nullptr : real(size);
}
void* __libc_calloc(std::size_t count, std::size_t size)
{
    static const auto real = next<void* (*)(std::size_t, std::size_t)>("__libc_calloc");
    return fails() ? nullptr : real(count, size);
}
void* __libc_realloc(void* memory, std::size_t size)
{
    static const auto real = next<void* (*)(void*, std::size_t)>("__libc_realloc");
    return fails() ? nullptr : real(memory, size);
}
void* __libc_memalign(std::size_t alignment, std::size_t size)
{
    static const auto real = next<void* (*)(std::size_t, std::size_t)>("__libc_memalign");
    return fails() ? nullptr : real(alignment, size);
}
}

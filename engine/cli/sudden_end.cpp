#include "engine/cli/sudden_end.hpp"

#include "engine/runtime/config/error_kinds.hpp"

#include <poll.h>
#include <unistd.h>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <string_view>

namespace engine::cli
{
namespace
{
constexpr int kPatienceMs = 1'000;

constexpr std::string_view kBeforeMain = "error RF-0606: there is no memory\n";

bool s_json = false;
constinit std::string s_no_memory;  // What is said then: made while there is some.

/// Standard error may be a pipe that nobody reads; the process ends nevertheless.
void say(std::string_view text)
{
    pollfd out{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&out, 1, kPatienceMs) > 0)
        static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
}

std::string text_of(const OperatorError& error)
{
    return s_json ? to_json(error) + '\n' : to_string(error);
}

/// Allocates nothing. Other threads may come here meanwhile: one speaks for all.
[[noreturn]] void end_without_memory()
{
    static std::atomic_flag s_is_ending;
    while (s_is_ending.test_and_set())
        ::pause();
    say(s_no_memory.empty() ? kBeforeMain : std::string_view{s_no_memory});
    std::_Exit(errors::kNoMemory.exit_code);
}

[[noreturn]] void end_by_exception()
{
    if (std::current_exception())
    {
        try
        {
            throw;
        }
        catch (const std::bad_alloc&)
        {
            end_without_memory();
        }
        catch (const std::exception& error)
        {
            say(text_of({errors::kStopped, {}, error.what(), {}}));
        }
        catch (...)
        {
            say(text_of({errors::kStopped, {}, "an exception of an unknown type", {}}));
        }
    }
    std::abort();
}
}  // namespace

void name_sudden_ends(int argc, char** argv)
{
    std::set_terminate(end_by_exception);
    for (int i = 1; i < argc; ++i)
        s_json = s_json || std::string_view{argv[i]} == "--json";
    s_no_memory = text_of({errors::kNoMemory});
    std::set_new_handler(end_without_memory);
}
}  // namespace engine::cli

// Every allocation of the process comes by here, those of C libraries included: RocksDB and others
// don't look whether they got any memory. The allocator itself is that of glibc.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !defined(__clang__)
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier): names of glibc.
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) noexcept
{
    void* const made = __libc_malloc(size);
    if (made == nullptr)
        engine::cli::end_without_memory();
    return made;
}
void* calloc(std::size_t count, std::size_t size) noexcept
{
    void* const made = __libc_calloc(count, size);
    if (made == nullptr)
        engine::cli::end_without_memory();
    return made;
}
void* realloc(void* memory, std::size_t size) noexcept
{
    void* const made = __libc_realloc(memory, size);
    if (made == nullptr && (memory == nullptr || size > 0))  // Of no size: it was freed.
        engine::cli::end_without_memory();
    return made;
}
void* memalign(std::size_t alignment, std::size_t size) noexcept
{
    void* const made = __libc_memalign(alignment, size);
    if (made == nullptr)
        engine::cli::end_without_memory();
    return made;
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept
{
    return memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept
{
    if (!std::has_single_bit(alignment) || alignment % sizeof(void*) != 0)
        return EINVAL;
    *memory = memalign(alignment, size);
    return 0;
}
// NOLINTEND(bugprone-reserved-identifier): names of glibc.
}
#endif

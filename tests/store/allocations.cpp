#include "tests/store/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace
{
std::atomic<std::uint64_t> s_allocations{0};
}  // namespace

namespace engine::test
{
std::uint64_t allocations()
{
    return s_allocations.load(std::memory_order_relaxed);
}
}  // namespace engine::test

void* operator new(std::size_t size)
{
    s_allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(size == 0 ? 1 : size))
        return memory;
    throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

#include "tests/store/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>
#include <utility>

namespace
{
std::atomic<std::uint64_t> s_allocations{0};
thread_local std::uint64_t t_left = 0;  // Allocations until the one that fails; 0: none does.
thread_local bool t_was_met = false;

bool is_the_one()
{
    if (t_left == 0 || --t_left > 0)
        return false;
    return t_was_met = true;
}
}  // namespace

namespace engine::test
{
std::uint64_t allocations()
{
    return s_allocations.load(std::memory_order_relaxed);
}

FailedAllocation::FailedAllocation(std::uint64_t n)
{
    t_left = n;
    t_was_met = false;
}
FailedAllocation::~FailedAllocation()
{
    t_left = 0;
}
bool FailedAllocation::was_met() const
{
    return t_was_met;
}

NoFailedAllocation::NoFailedAllocation() : m_left{std::exchange(t_left, 0)} {}
NoFailedAllocation::~NoFailedAllocation()
{
    t_left = m_left;
}
}  // namespace engine::test

void* operator new(std::size_t size)
{
    s_allocations.fetch_add(1, std::memory_order_relaxed);
    if (is_the_one())
        throw std::bad_alloc{};
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

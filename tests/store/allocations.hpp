#pragma once

#include <cstdint>

namespace engine::test
{
/// How often this program has allocated memory so far.
std::uint64_t allocations();

/// While it lives, the n-th allocation of its thread, counted from 1, finds no memory: `new` throws
/// std::bad_alloc, once. One at a time.
class FailedAllocation
{
public:
    explicit FailedAllocation(std::uint64_t n);
    FailedAllocation(const FailedAllocation&) = delete;
    FailedAllocation& operator=(const FailedAllocation&) = delete;
    ~FailedAllocation();

    /// Whether it has come so far.
    bool was_met() const;
};

/// While it lives, its thread's allocations neither fail nor count for that: those of a test's own
/// parts, in the middle of what it tests.
class NoFailedAllocation
{
    std::uint64_t m_left;

public:
    NoFailedAllocation();
    NoFailedAllocation(const NoFailedAllocation&) = delete;
    NoFailedAllocation& operator=(const NoFailedAllocation&) = delete;
    ~NoFailedAllocation();
};
}  // namespace engine::test

#pragma once

#include "tests/store/allocations.hpp"

#include <gtest/gtest.h>

#include <new>
#include <string>

namespace engine::test
{
/// How a piece of work ended one of whose allocations has failed.
enum class Ended
{
    done,       ///< It got by without that memory.
    no_memory,  ///< std::bad_alloc came out. Anything else that comes out fails the test.
};

/// Does the same work again and again: the first time its first allocation fails, then its second,
/// and so on until a run meets no failure. After each failure asks `check(ended)`. The work makes
/// no assertions: they allocate. Returns how many allocations have failed.
template <typename Work, typename Check>
std::uint64_t fail_each_allocation(Work&& work, Check&& check)
{
    for (std::uint64_t n = 1;; ++n)
    {
        auto ended = Ended::done;
        bool was_met = false;
        {
            const FailedAllocation failed{n};
            try
            {
                work();
            }
            catch (const std::bad_alloc&)
            {
                ended = Ended::no_memory;
            }
            was_met = failed.was_met();
        }
        if (!was_met)
            return n - 1;
        SCOPED_TRACE("allocation " + std::to_string(n));
        check(ended);
        if (::testing::Test::HasFailure())
            return n;
    }
}
}  // namespace engine::test

#pragma once

#include <cstdint>

namespace engine::test
{
/// How often this program has allocated memory so far.
std::uint64_t allocations();
}  // namespace engine::test

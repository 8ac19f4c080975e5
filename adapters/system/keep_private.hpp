#pragma once

#include <cstddef>

namespace engine
{
/// From here on this process leaves no core dump, and processes of its own user can neither trace
/// it nor read its memory. What it can't do is left undone: old kernels, sanitizers.
void forbid_core_dumps();

/// Keeps the pages of an object out of core dumps and swap, as far as the system lets us.
void keep_private(const void* object, std::size_t size);
}  // namespace engine

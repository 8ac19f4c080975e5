#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace engine
{
/// How many insertions, removals, replacements and swaps of neighbours lead from one text to the
/// other, when no place is touched twice (optimal string alignment). Case and '-' against '_' don't
/// count.
std::size_t edit_distance(std::string_view from, std::string_view to);

/// The name that was probably meant: the nearest one, the first of equals, if at most a third of
/// its characters differ (two always may). Nothing when every name is further away.
std::optional<std::string_view> nearest(
    std::string_view text, std::span<const std::string_view> names);
}  // namespace engine

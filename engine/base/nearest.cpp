#include "engine/base/nearest.hpp"

#include <algorithm>
#include <vector>

namespace engine
{
namespace
{
char plain(char c)
{
    if (c == '-')
        return '_';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool same(char a, char b)
{
    return plain(a) == plain(b);
}
}  // namespace

std::size_t edit_distance(std::string_view from, std::string_view to)
{
    // Three rows of the table are enough: this one and, because of swaps, the two before.
    std::vector<std::size_t> before, last(to.size() + 1), row(to.size() + 1);
    for (std::size_t j = 0; j <= to.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= from.size(); ++i)
    {
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j)
        {
            const std::size_t replaced = last[j - 1] + (same(from[i - 1], to[j - 1]) ? 0 : 1);
            row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
            const bool swapped =
                i > 1 && j > 1 && same(from[i - 1], to[j - 2]) && same(from[i - 2], to[j - 1]);
            if (swapped)
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = last;
        last = row;
    }
    return last[to.size()];
}

std::optional<std::string_view> nearest(
    std::string_view text, std::span<const std::string_view> names)
{
    std::optional<std::string_view> best;
    std::size_t least = 0;
    for (const auto name : names)
    {
        const auto distance = edit_distance(text, name);
        const bool near = distance <= std::max<std::size_t>(2, name.size() / 3) &&
                          distance < std::max(text.size(), name.size());
        if (near && (!best || distance < least))
        {
            best = name;
            least = distance;
        }
    }
    return best;
}
}  // namespace engine

#include "adapters/http/router.hpp"

#include "engine/base/check.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <span>

namespace engine::http
{
namespace
{
enum class Part
{
    literal,
    parameter,
    rest,
};

Part part_of(std::string_view segment)
{
    if (!segment.starts_with('{'))
        return Part::literal;
    return segment.ends_with("...}") ? Part::rest : Part::parameter;
}

std::string name_of(std::string_view segment)
{
    const auto tail = part_of(segment) == Part::rest ? 4U : 1U;
    return std::string{segment.substr(1, segment.size() - 1 - tail)};
}

std::vector<std::string> segments_of(std::string_view pattern)
{
    std::vector<std::string> out;
    for (pattern.remove_prefix(1);;)
    {
        const auto end = pattern.find('/');
        out.emplace_back(pattern.substr(0, end));
        if (end == std::string_view::npos)
            return out;
        pattern.remove_prefix(end + 1);
    }
}

std::string join(std::span<const std::string> parts)
{
    std::string out;
    for (const auto& part : parts)
        (out += out.empty() ? "" : "/") += part;
    return out;
}

/// The parameters when the pattern matches.
std::optional<HttpFields> match(const std::string& pattern, const std::vector<std::string>& path)
{
    HttpFields parameters;
    const auto parts = segments_of(pattern);
    for (std::size_t i = 0; i < parts.size(); ++i)
    {
        if (i >= path.size())
            return std::nullopt;
        const auto part = part_of(parts[i]);
        if (part == Part::rest)
        {
            parameters.emplace_back(name_of(parts[i]), join(std::span{path}.subspan(i)));
            return parameters;
        }
        if (part == Part::literal ? parts[i] != path[i] : path[i].empty())
            return std::nullopt;
        if (part == Part::parameter)
            parameters.emplace_back(name_of(parts[i]), path[i]);
    }
    return parts.size() == path.size() ? std::optional{parameters} : std::nullopt;
}

/// Sorts literals before parameters before rests, at the first segment that differs in kind.
bool more_specific(const Route& a, const Route& b)
{
    const auto left = segments_of(a.pattern);
    const auto right = segments_of(b.pattern);
    return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(),
        [](const auto& x, const auto& y) { return part_of(x) < part_of(y); });
}

bool same_paths(const std::string& a, const std::string& b)
{
    const auto left = segments_of(a);
    const auto right = segments_of(b);
    return std::equal(
        left.begin(), left.end(), right.begin(), right.end(), [](const auto& x, const auto& y) {
            return part_of(x) == part_of(y) && (part_of(x) != Part::literal || x == y);
        });
}

/// Levenshtein's distance: insertions, deletions and changes between two texts.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i)
    {
        auto diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j)
        {
            const auto changed = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, changed});
        }
    }
    return row[b.size()];
}

std::string nearest_to(const std::vector<Route>& routes, const std::string& path)
{
    std::string nearest;
    auto best = std::min<std::size_t>(path.size() / 2, 6);
    for (const auto& route : routes)
    {
        const auto gap = distance(route.pattern, path.substr(0, 256));
        if (gap <= best && gap > 0)
        {
            best = gap - 1;
            nearest = route.pattern;
        }
    }
    return nearest;
}
}  // namespace

void Router::add(std::string method, std::string pattern, HttpHandler handler,
    std::optional<std::int64_t> answer_ms)
{
    ENSURE(pattern.starts_with('/'));
    for (const auto& route : m_routes)
        ENSURE(route.method != method || !same_paths(route.pattern, pattern));
    m_routes.push_back({std::move(method), std::move(pattern), std::move(handler), answer_ms});
    std::stable_sort(m_routes.begin(), m_routes.end(), more_specific);
}

RouteMatch Router::find(std::string_view method, const Target& target) const
{
    std::set<std::string> allowed;
    for (const auto& route : m_routes)
    {
        auto parameters = match(route.pattern, target.segments);
        if (!parameters)
            continue;
        if (route.method == method || (route.method == "GET" && method == "HEAD"))
            return RouteFound{
                &route.handler, route.pattern, std::move(*parameters), route.answer_ms};
        allowed.insert(route.method);
        if (route.method == "GET")
            allowed.insert("HEAD");
    }
    if (allowed.empty())
        return RouteNotFound{nearest_to(m_routes, target.path)};

    std::string allow;
    for (const auto& name : allowed)
        (allow += allow.empty() ? "" : ", ") += name;
    return MethodNotAllowed{allow};
}
}  // namespace engine::http

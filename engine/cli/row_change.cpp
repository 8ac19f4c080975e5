#include "engine/cli/row_change.hpp"

#include "engine/cli/row_text.hpp"
#include "engine/cli/term/numbers.hpp"

#include <fmt/format.h>

namespace engine::cli
{
namespace
{
// A row that this version can't decode has one member, which is its bytes.
json::object members_of(const json::value& row)
{
    if (row.is_null())
        return {};
    if (const auto* object = row.if_object())
        return *object;
    return {{"row", row}};
}

json::value find(const json::object& members, json::string_view name)
{
    const auto* found = members.if_contains(name);
    return found ? *found : json::value(nullptr);
}

std::vector<MemberChange> members_that_differ(const json::object& before, const json::object& after)
{
    std::vector<MemberChange> out;
    for (const auto& member : after.empty() ? before : after)
    {
        auto was = find(before, member.key());
        auto is = find(after, member.key());
        if (was != is)
            out.push_back({std::string{member.key()}, std::move(was), std::move(is)});
    }
    return out;
}

bool is_hex(std::string_view text)
{
    return text.size() >= 40 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

std::optional<std::uint64_t> whole(const json::value& value)
{
    if (value.is_uint64())
        return value.as_uint64();
    if (value.is_int64() && value.as_int64() >= 0)
        return static_cast<std::uint64_t>(value.as_int64());
    return std::nullopt;
}

std::string in_words(const json::value& value, bool shorten)
{
    constexpr std::size_t kLine = 80;
    if (const auto number = whole(value))
        return grouped(*number);
    const auto text = as_cell(value);
    if (is_hex(text))
        return text.size() > kLine ? bytes_in_words(text.size() / 2) : short_id(text, shorten);
    return text.size() > kLine ? text.substr(0, kLine - 3) + "..." : text;
}

// "(+6)" between two numbers.
std::string step(const json::value& before, const json::value& after)
{
    const auto was = whole(before), is = whole(after);
    if (!was || !is)
        return {};
    return *is >= *was ? fmt::format(" (+{})", grouped(*is - *was))
                       : fmt::format(" (-{})", grouped(*was - *is));
}

std::string in_words(const RowChange& change, const MemberChange& member, bool shorten)
{
    if (change.sign != '~')
        return in_words(change.sign == '+' ? member.after : member.before, shorten);
    return in_words(member.before, shorten) + " -> " + in_words(member.after, shorten) +
           step(member.before, member.after);
}
}  // namespace

RowChange row_change(
    TableId table, const std::optional<Bytes>& before, const std::optional<Bytes>& after)
{
    const auto was = members_of(row_json(table, before));
    const auto is = members_of(row_json(table, after));
    RowChange out{"changed", '~', members_that_differ(was, is)};
    if (!before && after)
        out.word = "added", out.sign = '+';
    else if (before && !after)
        out.word = "removed", out.sign = '-';
    return out;
}

void add_change(json::object& out, const RowChange& change)
{
    json::array members;
    for (const auto& member : change.members)
        members.push_back(
            {{"member", member.member}, {"before", member.before}, {"after", member.after}});
    out["change"] = json::string{change.word};
    out["members"] = std::move(members);
}

std::string change_in_words(const RowChange& change, bool shorten)
{
    std::string out;
    for (const auto& member : change.members)
        out += (out.empty() ? "" : "   ") + member.member + " " + in_words(change, member, shorten);
    return out;
}
}  // namespace engine::cli

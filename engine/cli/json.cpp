#include "engine/cli/json.hpp"

namespace engine::cli
{
void write_line(std::ostream& out, const json::value& value)
{
    out << json::serialize(value) << '\n';
}

const json::value* member_at(const json::value& value, std::string_view member)
{
    const auto* object = value.if_object();
    return object ? object->if_contains(json::string_view{member.data(), member.size()}) : nullptr;
}

std::optional<std::string> text_at(const json::value& value, std::string_view member)
{
    const auto* found = member_at(value, member);
    if (!found || !found->is_string())
        return std::nullopt;
    return std::string{found->as_string()};
}

std::optional<std::uint64_t> number_at(const json::value& value, std::string_view member)
{
    const auto* found = member_at(value, member);
    if (found && found->is_uint64())
        return found->as_uint64();
    if (found && found->is_int64() && found->as_int64() >= 0)
        return static_cast<std::uint64_t>(found->as_int64());
    return std::nullopt;
}

std::string as_cell(const json::value& value)
{
    if (value.is_string())
        return std::string{value.as_string()};
    return json::serialize(value);
}
}  // namespace engine::cli

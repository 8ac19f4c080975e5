#include "engine/cli/event_view.hpp"

#include "engine/base/hex.hpp"
#include "engine/cli/code_texts.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/codec/json.hpp"

#include <fmt/format.h>

namespace engine::cli
{
namespace
{
struct AuthorWords
{
    bool shorten;

    std::string operator()(const EngineAuthor&) const { return "engine"; }
    std::string operator()(const Authorization& a) const
    {
        return fmt::format("command {} #{}", short_id(to_hex(a.key.bytes), shorten), a.sequence);
    }
    std::string operator()(const Origin& o) const
    {
        return fmt::format("observation {} #{}", o.source.value, o.position);
    }
};
}  // namespace

std::string_view module_of(std::string_view kind)
{
    const auto dot = kind.find('.');
    return dot == std::string_view::npos ? "engine" : kind.substr(0, dot);
}

std::string author_in_words(const Author& author, bool shorten)
{
    return std::visit(AuthorWords{shorten}, author);
}

std::string verdict_in_words(std::uint16_t code)
{
    const auto name = verdict_name(code);
    return name.empty() ? fmt::format("{:#06x}", code) : std::string{name};
}

std::string pretty(const json::value& value, std::size_t indent)
{
    const std::string inner(indent + 2, ' '), outer(indent, ' ');
    std::string out;
    if (const auto* object = value.if_object(); object && !object->empty())
    {
        out = "{\n";
        for (const auto& member : *object)
        {
            const bool last = &member == &*std::prev(object->end());
            out += inner + json::serialize(json::value(member.key())) + ": " +
                   pretty(member.value(), indent + 2) + (last ? "\n" : ",\n");
        }
        return out + outer + "}";
    }
    if (const auto* array = value.if_array(); array && !array->empty())
    {
        out = "[\n";
        for (std::size_t i = 0; i < array->size(); ++i)
            out +=
                inner + pretty((*array)[i], indent + 2) + (i + 1 == array->size() ? "\n" : ",\n");
        return out + outer + "]";
    }
    return json::serialize(value);
}
}  // namespace engine::cli

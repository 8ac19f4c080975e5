#include "engine/runtime/config/error.hpp"

#include "engine/base/nearest.hpp"
#include "engine/ports/problem.hpp"
#include "engine/runtime/config/error_kinds.hpp"

namespace engine
{
namespace
{
// A line of its own for each line of the text, all in one column.
void add_line(std::string& out, std::string_view label, std::string_view text)
{
    constexpr std::size_t kColumn = 8;
    if (text.empty())
        return;
    ((out += "  ") += label).append(kColumn - label.size(), ' ');
    for (const char c : text)
    {
        out += c;
        if (c == '\n')
            out.append(kColumn + 2, ' ');
    }
    out += '\n';
}
}  // namespace

std::string to_string(const OperatorError& error)
{
    std::string out = "error ";
    (((out += error.kind.code) += ": ") += error.kind.what) += '\n';
    add_line(out, "where", error.where);
    add_line(out, "why", error.why.empty() ? error.kind.explanation : error.why);
    add_line(out, "do", error.what_to_do());
    return out;
}

std::string to_json(const OperatorError& error)
{
    return "{\"error\":{\"code\":" + json_string(error.kind.code) +
           ",\"what\":" + json_string(error.kind.what) + ",\"where\":" + json_string(error.where) +
           ",\"why\":" + json_string(error.why.empty() ? error.kind.explanation : error.why) +
           ",\"do\":" + json_string(error.what_to_do()) +
           ",\"exit_code\":" + std::to_string(error.kind.exit_code) + "}}";
}

std::span<const ErrorKind> error_kinds()
{
    return errors::kAll;
}

const ErrorKind* find_error_kind(std::string_view code)
{
    for (const auto& kind : errors::kAll)
    {
        if (edit_distance(code, kind.code) == 0)
            return &kind;
    }
    return nullptr;
}
}  // namespace engine

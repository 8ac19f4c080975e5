#include "engine/base/nearest.hpp"
#include "engine/cli/code_texts.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/json.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

#include <charconv>

namespace engine::cli
{
namespace
{
/// What there is to say about a code, wherever it comes from.
struct Explanation
{
    std::string_view kind;  ///< "error", "verdict" or "problem".
    std::string code;
    std::string_view what;
    std::string_view why;
    std::string_view remedy;
    std::optional<int> exit_code = std::nullopt;
    std::optional<std::uint16_t> verdict = std::nullopt;
    std::optional<unsigned> status = std::nullopt;
};

// "0x0319", or 793 as JSON has it.
std::optional<std::uint16_t> verdict_number(std::string_view text)
{
    const bool is_hex = text.starts_with("0x");
    if (is_hex)
        text.remove_prefix(2);
    std::uint16_t number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, is_hex ? 16 : 10);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

std::optional<Explanation> find(std::string_view code)
{
    if (const auto* kind = find_error_kind(code))
        return Explanation{.kind = "error",
            .code = std::string{kind->code},
            .what = kind->what,
            .why = kind->explanation,
            .remedy = kind->remedy,
            .exit_code = kind->exit_code};
    const auto number = verdict_number(code);
    for (const auto& text : reject_texts())
    {
        if (text.reject.name == code || (number && text.reject.code == *number))
            return Explanation{.kind = "verdict",
                .code = std::string{text.reject.name},
                .what = text.reject.sentence,
                .why = text.why,
                .remedy = text.remedy,
                .verdict = text.reject.code};
    }
    for (const auto& text : problem_texts())
    {
        if (text.code == code)
            return Explanation{.kind = "problem",
                .code = std::string{text.code},
                .what = text.what,
                .why = text.why,
                .remedy = text.remedy,
                .status = text.status};
    }
    return std::nullopt;
}

OperatorError unknown_code(const std::string& code)
{
    std::vector<std::string_view> names;
    for (const auto& kind : error_kinds())
        names.push_back(kind.code);
    for (const auto& text : reject_texts())
        names.push_back(text.reject.name);
    for (const auto& text : problem_texts())
        names.push_back(text.code);
    const auto meant = nearest(code, names);
    return {errors::kBadArgument, code, "nothing has this code",
        (meant ? fmt::format("did you mean `{}`?   ", *meant) : std::string{}) +
            "codes are written RF-0107, peg-below-minimum or 0x0319"};
}

template <typename T>
json::value or_null(const std::optional<T>& value)
{
    return value ? json::value(*value) : json::value(nullptr);
}

void print(const Explanation& found, std::ostream& out)
{
    out << found.code << ": " << found.what << "\n  why     " << found.why << "\n  do      "
        << found.remedy << "\n";
    if (found.exit_code)
        out << "  exit    " << *found.exit_code << "\n";
    if (found.verdict)
        out << fmt::format("  code    {:#06x}, {} as a number\n", *found.verdict, *found.verdict);
    if (found.status)
        out << "  status  " << *found.status << ", over HTTP\n";
}
}  // namespace

int run_explain(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto& code = options.arguments.front();
    const auto found = find(code);
    if (!found)
        return fail(options, err, unknown_code(code));
    if (!options.json)
    {
        print(*found, out);
        return kExitYes;
    }
    write_line(
        out, {{"code", found->code}, {"kind", json::string{found->kind}},
                 {"what", json::string{found->what}}, {"why", json::string{found->why}},
                 {"do", json::string{found->remedy}}, {"exit_code", or_null(found->exit_code)},
                 {"verdict", or_null(found->verdict)}, {"status", or_null(found->status)}});
    return kExitYes;
}
}  // namespace engine::cli

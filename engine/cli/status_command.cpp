#include "engine/cli/commands.hpp"
#include "engine/cli/node_client.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

namespace engine::cli
{
namespace
{
bool is_id(std::string_view text)
{
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool is_named(std::string_view name, std::string_view ending)
{
    return name == ending.substr(1) || name.ends_with(ending);
}

// "none", or those that are not zero: "malformed 3, timeout 1".
std::string counts_in_words(const json::object& kinds)
{
    std::string out;
    for (const auto& kind : kinds)
    {
        const auto count = kind.value().is_number() ? kind.value().to_number<std::uint64_t>() : 0;
        if (count > 0)
            out += fmt::format("{}{} {}", out.empty() ? "" : ", ",
                std::string_view{kind.key().data(), kind.key().size()}, grouped(count));
    }
    return out.empty() ? "none" : out;
}

// A number by the unit that its name ends in.
std::string in_words(std::string_view name, const json::value& value, bool shorten)
{
    if (value.is_string())
    {
        const std::string text{value.as_string()};
        return is_id(text) ? short_id(text, shorten) : text;
    }
    if (value.is_bool())
        return value.as_bool() ? "yes" : "no";
    if (value.is_null())
        return "-";
    if (const auto* kinds = value.if_object())
        return counts_in_words(*kinds);
    const bool whole = value.is_int64() || value.is_uint64();
    if (!whole || (value.is_int64() && value.as_int64() < 0))
        return json::serialize(value);
    const auto number = value.to_number<std::uint64_t>();
    if (is_named(name, "_time_ms"))
        return time_in_words(LogTime{static_cast<std::int64_t>(number)});
    if (is_named(name, "_ms"))
        return duration_in_words(static_cast<std::int64_t>(number));
    if (is_named(name, "_bytes"))
        return bytes_in_words(number);
    return grouped(number);
}

std::string without_unit(std::string_view name)
{
    for (const std::string_view unit : {"_time_ms", "_ms", "_bytes"})
    {
        if (name.ends_with(unit))
            return std::string{name.substr(0, name.size() - unit.size())} +
                   (unit == "_time_ms" ? " time" : "");
    }
    std::string out{name};
    for (auto& c : out)
        c = c == '_' ? ' ' : c;
    return out;
}

// One group of the answer: "  log        height 184,211   events 41,902,377".
std::string group_line(std::string_view name, const json::object& group, const Terminal& terminal)
{
    constexpr std::size_t kIndent = 13;
    auto line = fmt::format("  {:<10} ", name);
    auto width = line.size();
    for (const auto& member : group)
    {
        const std::string_view key{member.key().data(), member.key().size()};
        const auto word =
            without_unit(key) + " " + in_words(key, member.value(), terminal.out_is_terminal);
        if (width > kIndent && width + word.size() > terminal.width)
        {
            line.erase(line.find_last_not_of(' ') + 1);
            line += "\n" + std::string(kIndent, ' ');
            width = kIndent;
        }
        line += word + "   ";
        width += word.size() + 3;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

struct Findings
{
    std::size_t errors = 0;
    std::size_t warnings = 0;
    std::string text;
};

// "! backup     the last one is 26 h 0 min old, the limit is 24 h\n   do: ...   engine explain
// CODE"
Findings findings_of(const json::value& status)
{
    Findings out;
    const auto* list = member_at(status, "findings");
    if (!list || !list->is_array())
        return out;
    for (const auto& finding : list->as_array())
    {
        const bool is_error = text_at(finding, "severity") == "error";
        ++(is_error ? out.errors : out.warnings);
        out.text += fmt::format("{} {:<10} {}\n", is_error ? 'x' : '!',
            text_at(finding, "part").value_or("node"),
            text_at(finding, "what").value_or(as_cell(finding)));
        out.text += fmt::format("             do: {}   engine explain {}\n",
            text_at(finding, "do").value_or(""), text_at(finding, "code").value_or(""));
    }
    return out;
}

std::string counted(std::size_t count, std::string_view word)
{
    return count == 0 ? "" : fmt::format(", {} {}{}", count, word, count == 1 ? "" : "s");
}

void print(const Options& options, const json::value& status, std::ostream& out)
{
    const auto& terminal = options.terminal;
    const auto* healthy = member_at(status, "healthy");
    const bool good = healthy && healthy->is_bool() && healthy->as_bool();
    const auto findings = findings_of(status);
    auto verdict =
        painted(terminal, good ? Tone::good : Tone::bad, good ? "HEALTHY" : "NOT HEALTHY");
    verdict += counted(findings.errors, "error") + counted(findings.warnings, "warning");
    out << fmt::format("{}  refold {}  up {}   {}\n", text_at(status, "network").value_or("?"),
        text_at(status, "version").value_or("?"),
        duration_in_words(static_cast<std::int64_t>(number_at(status, "uptime_ms").value_or(0))),
        verdict);
    for (const auto& member : status.as_object())
    {
        if (const auto* group = member.value().if_object())
            out << group_line(
                std::string_view{member.key().data(), member.key().size()}, *group, terminal);
    }
    out << findings.text;
}
}  // namespace

int run_status(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto endpoint = NodeClient::endpoint_of(options);
    if (!endpoint)
        return fail(options, err, endpoint.error());
    NodeClient node{*endpoint};
    const auto status = node.get("/v1/status");
    if (!status)
        return fail(options, err, status.error());
    if (!status->is_object())
        return fail(options, err, {errors::kNodeAnswer, node.address(), "no object", {}});
    if (options.json)
        write_line(out, *status);
    else
        print(options, *status, out);
    const auto* healthy = member_at(*status, "healthy");
    return healthy && healthy->is_bool() && healthy->as_bool() ? kExitYes : kExitNo;
}
}  // namespace engine::cli

#include "adapters/system/clock.hpp"
#include "engine/base/nearest.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/node_client.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/codec/table_codec.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

namespace engine::cli
{
namespace
{
constexpr std::int64_t kPollMs = 200;

/// What one look at the node has shown.
struct Seen
{
    enum class Answer : std::uint8_t
    {
        reached,
        not_yet,
        never,
    };

    Answer answer = Answer::not_yet;
    json::value value;  ///< What there is instead, or what was waited for.
};

using Look = Result<Seen, OperatorError>;

struct Wanted
{
    std::string_view condition;
    std::string text;  ///< As it was typed; empty for a condition without a value.
    std::uint64_t number = 0;
    std::int64_t timeout_ms = 60'000;
};

struct Condition
{
    std::string_view name;
    enum class Value : std::uint8_t
    {
        none,
        height,
        effect,
    } value;
    Look (*look)(NodeClient&, const Wanted&);
};

// A number in a group of the status, which has to come up to what is wanted.
Look number_in_status(
    NodeClient& node, const Wanted& wanted, std::string_view group, std::string_view member)
{
    const auto status = node.get("/v1/status");
    if (!status)
        return Failure{status.error()};
    const auto* part = member_at(*status, group);
    const auto value = part ? number_at(*part, member) : std::nullopt;
    if (!value)
        return Seen{Seen::Answer::not_yet, nullptr};
    return Seen{*value >= wanted.number ? Seen::Answer::reached : Seen::Answer::not_yet, *value};
}

Look is_ready(NodeClient& node, const Wanted&)
{
    const auto status = node.get("/v1/status");
    if (!status)
        return Failure{status.error()};
    const auto* healthy = member_at(*status, "healthy");
    const bool good = healthy && healthy->is_bool() && healthy->as_bool();
    return Seen{good ? Seen::Answer::reached : Seen::Answer::not_yet, good};
}

Look is_settled(NodeClient& node, const Wanted& wanted)
{
    const auto answer = node.get("/v1/tables/outbox.effects/" + path_segment(wanted.text));
    if (!answer && answer.error().kind.code == errors::kNotFound.code)
        return Seen{Seen::Answer::not_yet, nullptr};
    if (!answer)
        return Failure{answer.error()};
    const auto* row = member_at(*answer, "row");
    const auto state = row ? text_at(*row, "state").value_or("") : std::string{};
    if (state == "settled")
        return Seen{Seen::Answer::reached, json::string{state}};
    // A parked effect waits for an operator, not for us.
    const bool ended = state == "withdrawn" || state == "parked";
    return Seen{ended ? Seen::Answer::never : Seen::Answer::not_yet, json::string{state}};
}

constexpr std::array kConditions{
    Condition{"healthy", Condition::Value::none, is_ready},
    Condition{"height", Condition::Value::height,
        [](NodeClient& node, const Wanted& w) {
            return number_in_status(node, w, "log", "height");
        }},
    Condition{"root", Condition::Value::height,
        [](NodeClient& node, const Wanted& w) {
            return number_in_status(node, w, "state", "root_height");
        }},
    Condition{"seal", Condition::Value::height,
        [](NodeClient& node, const Wanted& w) {
            return number_in_status(node, w, "state", "sealed_height");
        }},
    Condition{"bitcoin", Condition::Value::height,
        [](NodeClient& node, const Wanted& w) {
            return number_in_status(node, w, "bitcoin", "height");
        }},
    Condition{"effect", Condition::Value::effect, is_settled},
};

Result<const Condition*, OperatorError> find_condition(const std::string& name)
{
    std::vector<std::string_view> names;
    for (const auto& condition : kConditions)
    {
        if (condition.name == name)
            return &condition;
        names.push_back(condition.name);
    }
    const auto meant = nearest(name, names);
    return Failure{
        OperatorError{errors::kBadArgument, name, "nothing of this name can be waited for",
            (meant ? fmt::format("did you mean `{}`?   ", *meant) : std::string{}) +
                fmt::format("one of {}", fmt::join(names, ", "))}};
}

// "90", "90s", "15m", "2h".
std::optional<std::int64_t> parse_span(std::string_view text)
{
    constexpr std::uint64_t kDay = 86'400;
    std::uint64_t unit = 1;
    if (text.ends_with('s') || text.ends_with('m') || text.ends_with('h'))
    {
        unit = text.back() == 'h' ? 3'600 : text.back() == 'm' ? 60 : 1;
        text.remove_suffix(1);
    }
    const auto number = parse_number(text);
    if (!number || *number > kDay / unit)
        return std::nullopt;
    return static_cast<std::int64_t>(*number * unit * 1'000);
}

Result<Wanted, OperatorError> read_wanted(const Options& options, const Condition& condition)
{
    const auto no = [](std::string where, std::string why, std::string todo) {
        return Failure{
            OperatorError{errors::kBadArgument, std::move(where), std::move(why), std::move(todo)}};
    };
    Wanted out{.condition = condition.name, .text = {}};
    const bool has_value = options.arguments.size() > 1;
    if (has_value != (condition.value != Condition::Value::none))
        return no(std::string{condition.name},
            has_value ? "it takes no value" : "a value is missing",
            has_value ? "leave it out" : "engine wait --help");
    if (has_value)
        out.text = options.arguments[1];
    if (condition.value == Condition::Value::height)
    {
        const auto number = parse_number(out.text);
        if (!number)
            return no(out.text, "it is no height", {});
        out.number = *number;
    }
    if (condition.value == Condition::Value::effect)
    {
        const auto key = table_by_name("outbox.effects")->parse_key(out.text);
        if (!key)
            return no(out.text, key.error().what, "engine show outbox.open lists open effects");
    }
    const auto timeout = options.flag("timeout");
    const auto span = timeout ? parse_span(*timeout) : std::optional{out.timeout_ms};
    if (!span)
        return Failure{OperatorError{errors::kBadFlag, "--timeout",
            "\"" + *timeout + "\" is no time up to a day", "90, 90s, 15m or 2h"}};
    out.timeout_ms = *span;
    return out;
}

bool may_come_back(const OperatorError& error)
{
    return error.kind.code == errors::kNodeSilent.code || error.kind.code == errors::kNotReady.code;
}

/// Looks again and again: until it is so, can't be so any more, or the time is over.
struct Waited
{
    Look last;
    std::int64_t milliseconds = 0;
};

Waited wait_for(NodeClient& node, const Condition& condition, const Wanted& wanted)
{
    const SystemClock clock;
    const auto begun = clock.monotonic_ms();
    while (true)
    {
        auto look = condition.look(node, wanted);
        const auto waited = clock.monotonic_ms() - begun;
        const bool is_open =
            look ? look->answer == Seen::Answer::not_yet : may_come_back(look.error());
        if (!is_open || waited >= wanted.timeout_ms)
            return {std::move(look), waited};
        std::this_thread::sleep_for(
            std::chrono::milliseconds{std::min(kPollMs, wanted.timeout_ms - waited)});
    }
}

std::string in_words(const Wanted& wanted)
{
    return wanted.text.empty() ? std::string{wanted.condition}
                               : fmt::format("{} {}", wanted.condition, wanted.text);
}

OperatorError not_so(const Wanted& wanted, const Waited& waited, const std::string& where)
{
    const auto& seen = *waited.last;
    const auto found = seen.value.is_null() ? std::string{"there is none yet"}
                                            : fmt::format("it is {}", as_cell(seen.value));
    if (seen.answer == Seen::Answer::never)
        return {errors::kNotReached, where, fmt::format("{}: {}", in_words(wanted), found),
            "engine history outbox.effects " + wanted.text + " says how it came to this"};
    return {errors::kNotReached, where,
        fmt::format(
            "{}: after {} {}", in_words(wanted), duration_in_words(waited.milliseconds), found),
        {}};
}

void write_answer(
    const Options& options, const Wanted& wanted, const Waited& waited, std::ostream& out)
{
    const auto& seen = *waited.last;
    if (options.json)
    {
        json::object answer;
        answer["condition"] = json::string{wanted.condition};
        answer["wanted"] = wanted.text.empty() ? json::value(nullptr) : json::value(wanted.text);
        answer["value"] = seen.value;
        answer["waited_ms"] = waited.milliseconds;
        return write_line(out, answer);
    }
    const bool has_more = !wanted.text.empty();
    out << in_words(wanted)
        << (has_more ? fmt::format(": it is {}", as_cell(seen.value)) : std::string{})
        << fmt::format("   waited {}\n", duration_in_words(waited.milliseconds));
}
}  // namespace

int run_wait(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto condition = find_condition(options.arguments[0]);
    if (!condition)
        return fail(options, err, condition.error());
    const auto wanted = read_wanted(options, **condition);
    if (!wanted)
        return fail(options, err, wanted.error());
    const auto endpoint = NodeClient::endpoint_of(options);
    if (!endpoint)
        return fail(options, err, endpoint.error());
    NodeClient node{*endpoint};
    const auto waited = wait_for(node, **condition, *wanted);
    if (!waited.last)
        return fail(options, err, waited.last.error());
    if (waited.last->answer != Seen::Answer::reached)
        return fail(options, err, not_so(*wanted, waited, node.address()));
    write_answer(options, *wanted, waited, out);
    return kExitYes;
}
}  // namespace engine::cli

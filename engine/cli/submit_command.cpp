#include "adapters/system/clock.hpp"
#include "adapters/system/random.hpp"
#include "engine/base/hex.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/node_client.hpp"
#include "engine/cli/secret_file.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/codec/codec.hpp"
#include "engine/codec/json.hpp"
#include "engine/codec/validate.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <sstream>

namespace engine::cli
{
namespace
{
template <typename T>
using Made = Result<T, OperatorError>;

constexpr int kTries = 3;

Made<json::value> read_json(const std::string& path)
{
    std::ostringstream text;
    if (path == "-")
    {
        text << std::cin.rdbuf();
    }
    else
    {
        std::ifstream file{path};
        if (!file)
            return Failure{OperatorError{
                errors::kBadArgument, path, "the file can't be opened", "check the path"}};
        text << file.rdbuf();
    }
    auto value = parse_json(text.str());
    if (!value)
        return Failure{OperatorError{errors::kInvalidEvent, path, value.error().what, {}}};
    return *std::move(value);
}

Made<std::uint64_t> number_of(
    const Options& options, std::string_view flag, std::uint64_t standard, std::uint64_t max)
{
    const auto text = options.flag(flag);
    if (!text)
        return standard;
    const auto number = parse_number(*text);
    if (!number || *number == 0 || *number > max)
        return Failure{OperatorError{errors::kBadFlag, "--" + std::string{flag},
            fmt::format("\"{}\" is no number from 1 to {}", *text, max), {}}};
    return *number;
}

Made<GenesisId> genesis_of(NodeClient& node)
{
    const auto answer = node.get("/v1/genesis");
    if (!answer)
        return Failure{answer.error()};
    const auto text = text_at(*answer, "genesis");
    const auto id = text ? fixed_from_hex<GenesisId>(*text) : std::nullopt;
    if (!id)
        return Failure{OperatorError{
            errors::kNodeAnswer, node.address() + "/v1/genesis", "it names no genesis id", {}}};
    return *id;
}

Made<std::uint64_t> next_sequence(NodeClient& node, const PublicKey& key)
{
    const auto answer = node.get("/v1/tables/access.operators/" + to_hex(key.bytes));
    if (!answer && answer.error().kind.code == errors::kNotFound.code)
        return Failure{OperatorError{errors::kRefused, "key " + to_hex(key.bytes),
            "it is no operator's key", "sign with the key of an operator of this log"}};
    if (!answer)
        return Failure{answer.error()};
    const auto* row = member_at(*answer, "row");
    const auto sequence = row ? number_at(*row, "sequence") : std::nullopt;
    if (!sequence)
        return Failure{OperatorError{
            errors::kNodeAnswer, node.address(), "the operator's row has no sequence", {}}};
    return *sequence + 1;
}

Made<Event> sign(const Options& options, NodeClient& node, Body body)
{
    const auto key_source = options.flag("key");
    if (!key_source)
        return Failure{OperatorError{errors::kBadArguments, "--key",
            "a command is signed, and no key is named", "add --key FILE"}};
    const auto key = read_key_file(*key_source);
    if (!key)
        return Failure{key.error()};
    const auto seconds = number_of(options, "expires-in", 60, 590);
    if (!seconds)
        return Failure{seconds.error()};
    const auto id = genesis_of(node);
    if (!id)
        return Failure{id.error()};
    const auto given = number_of(options, "sequence", 0, UINT64_MAX);
    if (!given)
        return Failure{given.error()};
    const auto sequence = *given != 0 ? given : next_sequence(node, public_key(*key));
    if (!sequence)
        return Failure{sequence.error()};

    const LogTime expiry{SystemClock{}.now().value + static_cast<std::int64_t>(*seconds) * 1000};
    Event event{Authorization{public_key(*key), *sequence, expiry, {}}, std::move(body)};
    std::array<std::uint8_t, 32> aux{};
    SystemRandom{}.fill(aux);
    std::get<Authorization>(event.author).signature =
        schnorr_sign(*key, command_message(*id, event).bytes, aux);
    return event;
}

// The event of the file: whole and signed, or a body that is signed here.
Made<Event> make_event(const Options& options, NodeClient& node)
{
    const auto& path = options.arguments.front();
    const auto value = read_json(path);
    if (!value)
        return Failure{value.error()};
    if (member_at(*value, "author"))
    {
        auto event = event_from_json(*value);
        if (!event)
            return Failure{OperatorError{errors::kInvalidEvent, path, event.error().what, {}}};
        return *std::move(event);
    }
    auto body = body_from_json(*value);
    if (!body)
        return Failure{OperatorError{errors::kInvalidEvent, path, body.error().what, {}}};
    return sign(options, node, *std::move(body));
}

// The same bytes again after silence: the node knows them by their hash.
Made<json::value> deliver(NodeClient& node, const Bytes& bytes)
{
    const std::string body{bytes.begin(), bytes.end()};
    std::optional<OperatorError> last;
    for (int i = 0; i < kTries; ++i)
    {
        auto answer = node.post("/v1/requests", "application/octet-stream", body);
        if (answer || answer.error().kind.code != errors::kNodeSilent.code)
            return answer;
        last = answer.error();
    }
    last->action = "whether it was recorded is not known; submit the same event again to find out";
    return Failure{*last};
}
}  // namespace

int run_submit(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto endpoint = NodeClient::endpoint_of(options);
    if (!endpoint)
        return fail(options, err, endpoint.error());
    NodeClient node{*endpoint};
    const auto event = make_event(options, node);
    if (!event)
        return fail(options, err, event.error());
    const auto bytes = encode_event(*event);
    const auto answer = deliver(node, bytes);
    if (!answer)
        return fail(options, err, answer.error());
    if (options.json)
        write_line(out, *answer);
    else
        out << fmt::format("{} {}   {}   event {}\n",
            text_at(*answer, "status").value_or("applied"), kind_name(event->body),
            text_at(*answer, "place").value_or("?"), to_hex(event_hash(bytes).bytes));
    return kExitYes;
}
}  // namespace engine::cli

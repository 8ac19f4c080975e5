// `engine prove --check FILE`: judges a proof that somebody has handed over, by nothing but the
// file and what is believed already.

#include "engine/base/hex.hpp"
#include "engine/cli/proofs.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/values.hpp"
#include "engine/codec/json.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace engine::cli
{
namespace
{
template <typename T>
using Made = Result<T, OperatorError>;

constexpr const char* kMakeProof =
    "engine prove TABLE KEY --output FILE writes one, so does --event H.I";

OperatorError unclear(const std::string& where, std::string why, std::string action = {})
{
    return {errors::kUnclearProof, where, std::move(why), std::move(action)};
}

/// What to do about a proof that was handed over, and not about a node.
int refuse(const Options& options, std::ostream& err, OperatorError error)
{
    if (error.kind.code == errors::kBadProof.code)
        error.action = "don't rely on it: have another one made by somebody who runs a node";
    return fail(options, err, error);
}

Made<std::string> read_text(const std::string& file)
{
    std::ifstream input{file, std::ios::binary};
    std::ostringstream text;
    text << input.rdbuf();
    if (!input)
        return Failure{
            unclear(file, "the file can't be read", "check the path and its permissions")};
    return text.str();
}

Made<json::value> read_proof(const std::string& file)
{
    const auto text = read_text(file);
    if (!text)
        return Failure{text.error()};
    auto proof = parse_json(*text);
    if (!proof)
        return Failure{unclear(file, proof.error().what, kMakeProof)};
    for (const auto* name : {"valid", "seal", "genesis", "sequencer"})
    {
        if (!proof->is_object() || !proof->as_object().contains(name))
            return Failure{unclear(
                file, "that is no proof: it has no member " + std::string{name}, kMakeProof)};
    }
    return *std::move(proof);
}

/// What the file says beside its bytes has to be what they say. Nothing: it is.
std::optional<OperatorError> compare(
    const json::value& given, const json::object& proven, const std::string& file)
{
    for (const auto& member : proven)
    {
        const std::string name{member.key()};
        const auto* said = given.as_object().if_contains(name);
        if (said == nullptr)
            return no_proof(file, "it has no member " + name);
        if (*said != member.value())
            return no_proof(file, name + " is not what the proof has");
    }
    return std::nullopt;
}

int check_row_file(const Options& options, const Trust& trust, const json::value& given,
    const std::string& file, std::ostream& out, std::ostream& err)
{
    const auto no = [&](std::string why) {
        return refuse(options, err, no_proof(file, std::move(why)));
    };
    const auto* table = table_by_name(text_at(given, "table").value_or(""));
    if (table == nullptr)
        return no("it names no table that this version has");
    const auto key = table->parse_key(text_at(given, "key").value_or(""));
    if (!key)
        return no(key.error().what);
    const auto proven = check_row(*table, *key, trust, given, file);
    if (!proven)
        return refuse(options, err, proven.error());
    const auto result = to_json(*proven, trust);
    if (const auto other = compare(given, result, file))
        return refuse(options, err, *other);
    if (options.json)
        write_line(out, result);
    else
        show(options, *proven, trust, out);
    return kExitYes;
}

/// Follows headers from the event's block to the sealed one. Nothing: they lead there.
std::optional<OperatorError> follow_headers(
    const Options& options, const SealedEvent& proven, const std::string& file)
{
    const auto path = options.flag("headers");
    const auto text = path ? read_text(*path) : Made<std::string>{std::string{}};
    if (!text)
        return text.error();
    std::istringstream lines{*text};
    auto hash = proven.proof.block_hash;
    for (auto at = proven.proof.height.value + 1; at <= proven.seal->height.value; ++at)
    {
        std::string line;
        if (!(lines >> line))
            return unclear(
                path.value_or(file), fmt::format("the headers {} to {} are needed",
                                         proven.proof.height.value + 1, proven.seal->height.value));
        const auto bytes = from_hex(line);
        const auto header = bytes && bytes->size() == log::kBlockHeaderSize
                                ? log::decode_header(*bytes)
                                : Failure{log::BlockError{}};
        if (!header || header->height.value != at || header->previous != hash)
            return no_proof(*path, fmt::format("header {} does not follow", at));
        hash = log::block_hash(*header);
    }
    if (hash != proven.seal->block_hash)
        return no_proof(file, "the seal is of another block");
    return std::nullopt;
}

int check_event_file(const Options& options, const Trust& trust, const json::value& given,
    const std::string& file, std::ostream& out, std::ostream& err)
{
    const auto proven = check_event(trust, given, file);
    if (!proven)
        return refuse(options, err, proven.error());
    auto result =
        event_proof_to_json(proven->proof, proven->seal, {trust.genesis, trust.sequencer});
    result["valid"] = true;
    auto unsealed = result;
    for (const auto* name : {"seal", "sealed_height", "genesis", "sequencer"})
        unsealed.erase(name);
    if (const auto other = compare(given, unsealed, file))
        return refuse(options, err, *other);
    if (!proven->seal)
        return fail(options, err,
            unclear(file, "the event is in the block, and nobody has sealed it so far"));
    if (const auto other = compare(given, result, file))
        return refuse(options, err, *other);
    if (const auto problem = follow_headers(options, *proven, file))
        return refuse(options, err, *problem);
    const auto sealed = proven->seal->height;
    if (options.json)
        write_line(out, result);
    else
        show(options, *proven, trust,
            sealed == proven->proof.height
                ? "the block itself is sealed"
                : fmt::format(
                      "the headers lead to block {}, which is sealed", grouped(sealed.value)),
            out);
    return kExitYes;
}
}  // namespace

int run_prove_check(const Options& options, std::ostream& out, std::ostream& err)
{
    if (!options.arguments.empty())
        return fail(options, err,
            {errors::kBadArguments, {}, "--check takes what the file proves, and no table", {}});
    const auto file = options.flag("check").value_or("");
    const auto given = read_proof(file);
    if (!given)
        return fail(options, err, given.error());
    const auto trust = trust_without_node(options);
    if (!trust)
        return fail(options, err, trust.error());
    if (!*trust)
        return fail(options, err, unclear(file, "nobody says whose seals are believed"));
    const auto is_event = given->as_object().contains("event");
    return (is_event ? check_event_file : check_row_file)(options, **trust, *given, file, out, err);
}
}  // namespace engine::cli

#include "engine/base/hex.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/node_client.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/trust.hpp"
#include "engine/cli/values.hpp"
#include "engine/codec/table_codec.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/log/seal.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/store/proof_check.hpp"

#include <fmt/format.h>

#include <fstream>

namespace engine::cli
{
namespace
{
template <typename T>
using Made = Result<T, OperatorError>;

struct Proven
{
    Proof proof;
    log::Seal seal;
};

Made<Proven> check(const TableCodec& table, const Bytes& key, const Trust& trust,
    const json::value& answer, const std::string& where)
{
    const auto no = [&](std::string why) {
        return Failure{OperatorError{errors::kBadProof, where, std::move(why), {}}};
    };
    const auto proof_bytes = from_hex(text_at(answer, "proof").value_or(""));
    const auto seal_bytes = from_hex(text_at(answer, "seal").value_or(""));
    auto proof = proof_bytes ? decode_proof(*proof_bytes) : std::nullopt;
    const auto seal = seal_bytes ? log::decode_seal(*seal_bytes) : std::nullopt;
    if (!proof || !seal)
        return no("proof or seal can't be decoded");
    if (proof->table != table.info.id.value || proof->key != key)
        return no("it is the proof of another row");
    if (!proves(*proof, seal->root))
        return no("the hashes don't lead to the sealed root " + to_hex(seal->root.bytes));
    const auto message = log::seal_message(trust.genesis, *seal);
    if (!schnorr_verify(trust.sequencer, message.bytes, seal->signature))
        return no("the seal is not signed by " + to_hex(trust.sequencer.bytes));
    return Proven{*std::move(proof), *seal};
}

json::object to_json(
    const TableCodec& table, const Proven& proven, const Trust& trust, const json::value& answer)
{
    json::object out;
    out["valid"] = true;
    out["table"] = json::string{table.info.name};
    out["key"] = text_at(answer, "key").value_or("");
    out["present"] = proven.proof.end == ProofEnd::row;
    out["row"] = nullptr;
    if (proven.proof.end == ProofEnd::row)
    {
        if (auto row = table.row_to_json(proven.proof.row))
            out["row"] = *std::move(row);
    }
    out["height"] = proven.seal.height.value;
    out["root"] = to_hex(proven.seal.root.bytes);
    out["sequencer"] = to_hex(trust.sequencer.bytes);
    out["genesis"] = to_hex(trust.genesis.bytes);
    out["proof"] = to_hex(encode_proof(proven.proof));
    out["seal"] = to_hex(log::encode_seal(proven.seal));
    return out;
}
}  // namespace

int run_prove(const Options& options, std::ostream& out, std::ostream& err)
{
    if (options.has("event"))
        return run_prove_event(options, out, err);
    if (options.arguments.size() != 2)
        return fail(options, err,
            {errors::kBadArguments, {},
                std::to_string(options.arguments.size()) + " given, 2 wanted: TABLE KEY",
                "an event is proved by --event H.I"});
    const auto& name = options.arguments[0];
    const auto found = table_argument(name);
    if (!found)
        return fail(options, err, found.error());
    const auto* table = *found;
    const auto key = key_argument(*table, options.arguments[1]);
    if (!key)
        return fail(options, err, key.error());
    const auto endpoint = NodeClient::endpoint_of(options);
    if (!endpoint)
        return fail(options, err, endpoint.error());
    NodeClient node{*endpoint};
    const auto& key_text = options.arguments[1];
    const auto path =
        "/v1/proof/" + name + (key_text.empty() ? std::string{} : "/" + path_segment(key_text));
    const auto answer = node.get(path);
    if (!answer)
        return fail(options, err, answer.error());
    const auto trust = trust_of(options, *answer, node.address() + path);
    if (!trust)
        return fail(options, err, trust.error());
    const auto proven = check(*table, *key, *trust, *answer, node.address() + path);
    if (!proven)
        return fail(options, err, proven.error());

    const auto result = to_json(*table, *proven, *trust, *answer);
    if (const auto file = options.flag("output"))
    {
        std::ofstream target{*file};
        write_line(target, result);
        if (!target.flush())
            return fail(options, err, {errors::kDiskFailed, *file, "it can't be written", {}});
    }
    if (options.json)
        write_line(out, result);
    else
        out << fmt::format(
            "{} {} is{} in the state with root {}, sealed at height {}   {}\n"
            "  believed: {}, sequencer {}\n",
            name, options.arguments[1], proven->proof.end == ProofEnd::row ? "" : " not",
            short_id(to_hex(proven->seal.root.bytes), options.terminal.out_is_terminal),
            grouped(proven->seal.height.value), painted(options.terminal, Tone::good, "VALID"),
            trust->source,
            short_id(to_hex(trust->sequencer.bytes), options.terminal.out_is_terminal));
    return kExitYes;
}

int run_checkpoint(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto endpoint = NodeClient::endpoint_of(options);
    if (!endpoint)
        return fail(options, err, endpoint.error());
    NodeClient node{*endpoint};
    const auto answer = node.checkpoint();
    if (!answer)
        return fail(options, err, answer.error());
    if (options.json)
        write_line(out, *answer);
    else
        out << fmt::format("checkpoint at height {}   root {}   {}\n",
            grouped(number_at(*answer, "height").value_or(0)),
            short_id(text_at(*answer, "root").value_or("?"), options.terminal.out_is_terminal),
            text_at(*answer, "directory").value_or(""));
    return kExitYes;
}
}  // namespace engine::cli

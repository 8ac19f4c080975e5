#include "engine/cli/proofs.hpp"

#include "engine/base/hex.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/runtime/api_json.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

#include <fstream>

namespace engine::cli
{
namespace
{
bool is_signed(const log::Seal& seal, const Trust& trust)
{
    const auto message = log::seal_message(trust.genesis, seal);
    return schnorr_verify(trust.sequencer, message.bytes, seal.signature);
}

std::string believed(const Options& options, const Trust& trust)
{
    return fmt::format("  believed: {}, sequencer {}\n", trust.source,
        short_id(to_hex(trust.sequencer.bytes), options.terminal.out_is_terminal));
}
}  // namespace

OperatorError no_proof(const std::string& where, std::string why)
{
    return {errors::kBadProof, where, std::move(why), {}};
}

Result<ProvenRow, OperatorError> check_row(const TableCodec& table, const Bytes& key,
    const Trust& trust, const json::value& given, const std::string& where)
{
    const auto no = [&](std::string why) { return Failure{no_proof(where, std::move(why))}; };
    const auto proof_bytes = from_hex(text_at(given, "proof").value_or(""));
    const auto seal_bytes = from_hex(text_at(given, "seal").value_or(""));
    auto proof = proof_bytes ? decode_proof(*proof_bytes) : std::nullopt;
    const auto seal = seal_bytes ? log::decode_seal(*seal_bytes) : std::nullopt;
    if (!proof || !seal)
        return no("proof or seal can't be decoded");
    if (proof->table != table.info.id.value || proof->key != key)
        return no("it is the proof of another row");
    if (!proves(*proof, seal->root))
        return no("the hashes don't lead to the sealed root " + to_hex(seal->root.bytes));
    if (!is_signed(*seal, trust))
        return no("the seal is not signed by " + to_hex(trust.sequencer.bytes));
    auto key_text = table.key_to_text(key);
    if (!key_text)
        return no(key_text.error().what);
    return ProvenRow{&table, *std::move(key_text), *std::move(proof), *seal};
}

json::object to_json(const ProvenRow& proven, const Trust& trust)
{
    json::object out;
    out["valid"] = true;
    out["table"] = json::string{proven.table->info.name};
    out["key"] = proven.key;
    out["present"] = proven.proof.end == ProofEnd::row;
    out["row"] = nullptr;
    if (proven.proof.end == ProofEnd::row)
    {
        if (auto row = proven.table->row_to_json(proven.proof.row))
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

void show(const Options& options, const ProvenRow& proven, const Trust& trust, std::ostream& out)
{
    out << fmt::format("{} {} is{} in the state with root {}, sealed at height {}   {}\n",
               proven.table->info.name, proven.key, proven.proof.end == ProofEnd::row ? "" : " not",
               short_id(to_hex(proven.seal.root.bytes), options.terminal.out_is_terminal),
               grouped(proven.seal.height.value), painted(options.terminal, Tone::good, "VALID"))
        << believed(options, trust);
}

Result<SealedEvent, OperatorError> check_event(
    const Trust& trust, const json::value& given, const std::string& where)
{
    const auto no = [&](std::string why) { return Failure{no_proof(where, std::move(why))}; };
    auto made = event_proof_from_json(given);
    if (!made)
        return no("the proof can't be decoded");
    const auto& proof = made->proof;
    if (const auto header = log::check_event_proof(proof); !header)
        return no(header.error().what);
    if (!made->seal)
        return *std::move(made);
    const auto& seal = *made->seal;
    if (seal.height < proof.height)
        return no("the seal is of a block before the event's");
    if (seal.height == proof.height && seal.block_hash != proof.block_hash)
        return no("the seal is of another block of this height");
    if (!is_signed(seal, trust))
        return no("the seal is not signed by " + to_hex(trust.sequencer.bytes));
    return *std::move(made);
}

void show(const Options& options, const SealedEvent& proven, const Trust& trust,
    const std::string& completion, std::ostream& out)
{
    const auto& proof = proven.proof;
    out << fmt::format("event {} is the {}. of {} in block {}   {}\n  {}\n",
               to_text(EventPlace{proof.height, proof.index}),
               grouped(std::uint64_t{proof.index} + 1), grouped(proof.event_count),
               short_id(to_hex(proof.block_hash.bytes), options.terminal.out_is_terminal),
               painted(options.terminal, Tone::good, "VALID"), completion)
        << believed(options, trust);
}

std::optional<OperatorError> keep_proof(const Options& options, const json::object& proof)
{
    const auto file = options.flag("output");
    if (!file)
        return std::nullopt;
    std::ofstream target{*file};
    write_line(target, proof);
    if (target.flush())
        return std::nullopt;
    return OperatorError{errors::kDiskFailed, *file, "it can't be written", {}};
}
}  // namespace engine::cli

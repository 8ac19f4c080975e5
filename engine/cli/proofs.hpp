#pragma once

#include "engine/base/result.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/trust.hpp"
#include "engine/codec/table_codec.hpp"
#include "engine/log/seal.hpp"
#include "engine/runtime/event_proof_json.hpp"
#include "engine/store/proof_check.hpp"

#include <iosfwd>
#include <string>

/// Proofs as `engine prove` gets, keeps and checks them, in the form of the HTTP API.
namespace engine::cli
{
/// A row, or its absence, under a seal.
struct ProvenRow
{
    const TableCodec* table = nullptr;
    std::string key;  ///< As the table writes it.
    Proof proof;
    log::Seal seal;
};

/// Checks what an answer or a file proves of a key. `where` it comes from is for errors.
Result<ProvenRow, OperatorError> check_row(const TableCodec& table, const Bytes& key,
    const Trust& trust, const json::value& given, const std::string& where);

json::object to_json(const ProvenRow& proven, const Trust& trust);
void show(const Options& options, const ProvenRow& proven, const Trust& trust, std::ostream& out);

/// Checks a proof of an event, but for the headers between its block and a later one that is
/// sealed.
Result<SealedEvent, OperatorError> check_event(
    const Trust& trust, const json::value& given, const std::string& where);

/// `completion` says how the seal completes the proof.
void show(const Options& options, const SealedEvent& proven, const Trust& trust,
    const std::string& completion, std::ostream& out);

/// Says that a proof does not hold.
OperatorError no_proof(const std::string& where, std::string why);

/// Writes an answer to the file that --output names; what went wrong, if something did.
std::optional<OperatorError> keep_proof(const Options& options, const json::object& proof);

/// `engine prove --event H.I` and `engine prove --check FILE`.
int run_prove_event(const Options& options, std::ostream& out, std::ostream& err);
int run_prove_check(const Options& options, std::ostream& out, std::ostream& err);
}  // namespace engine::cli

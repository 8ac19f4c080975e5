#include "engine/sbtc/operation.hpp"

namespace engine::sbtc
{
namespace
{
using Parsed = Result<FoundOperation, Fault>;

template <typename T>
Parsed found(Result<T, Fault> operation)
{
    if (!operation)
        return Failure{operation.error()};
    return FoundOperation{std::move(*operation), std::nullopt};
}

/// Of every opcode but the reveal's.
Parsed parse(
    std::uint8_t code, ByteView payload, const btc::Transaction& transaction, btc::Network network)
{
    if (code == opcode::kPegIn)
        return found(parse_peg_in(payload, transaction, network));
    if (code == opcode::kPegOutRequest)
        return found(parse_peg_out_request(payload, transaction));
    if (code == opcode::kPegOutFulfilment)
        return found(parse_peg_out_fulfilment(payload, transaction));
    if (code == opcode::kHandOff)
        return found(parse_hand_off(payload, transaction));
    return Failure{Fault{FaultKind::unknown_opcode, 0, code}};
}

Parsed parse_revealed(const btc::Transaction& transaction, btc::Network network,
    const std::optional<ByteView>& spent_script)
{
    if (transaction.inputs.empty())
        return Failure{Fault{FaultKind::no_input}};
    auto reveal = read_reveal(transaction.inputs[0], spent_script);
    if (!reveal)
        return Failure{reveal.error()};
    auto operation = parse(reveal->opcode, reveal->payload, transaction, network);
    if (operation)
        operation->reveal = std::move(*reveal);
    return operation;
}
}  // namespace

std::optional<Result<FoundOperation, Fault>> parse_operation(const btc::Transaction& transaction,
    btc::Network network, const std::optional<ByteView>& spent_script)
{
    if (transaction.outputs.empty())
        return std::nullopt;
    const auto marked = marked_data(transaction.outputs[0].script_pubkey, network);
    if (!marked)
        return std::nullopt;
    if (!marked->is_of_network)
        return Parsed{Failure{Fault{FaultKind::wrong_network}}};
    if (marked->opcode == opcode::kReveal)
        return parse_revealed(transaction, network, spent_script);
    return parse(marked->opcode, marked->payload, transaction, network);
}
}  // namespace engine::sbtc

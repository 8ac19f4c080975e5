#pragma once

#include "engine/sbtc/hand_off.hpp"
#include "engine/sbtc/marked_data.hpp"
#include "engine/sbtc/peg_in.hpp"
#include "engine/sbtc/peg_out_fulfilment.hpp"
#include "engine/sbtc/peg_out_request.hpp"
#include "engine/sbtc/reveal.hpp"

#include <optional>
#include <variant>

namespace engine::sbtc
{
using Operation = std::variant<PaidPegIn, PegOutRequest, PegOutFulfilment, HandOff>;

/// An operation, and where it was if not in output 0.
struct FoundOperation
{
    Operation operation;
    std::optional<Reveal> reveal;

    friend bool operator==(const FoundOperation&, const FoundOperation&) = default;
};

/// Reads the operation that a transaction is, by output 0. Nothing: it is none of sBTC's on any
/// network. A fault: it is marked as one and can't be honoured, and why.
///
/// `spent_script` is the script of the output that input 0 spends, where it is known: a reveal must
/// then show what that commits to (reveal.hpp).
std::optional<Result<FoundOperation, Fault>> parse_operation(const btc::Transaction& transaction,
    btc::Network network, const std::optional<ByteView>& spent_script = std::nullopt);
}  // namespace engine::sbtc

#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/core/verdict.hpp"
#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/peg/events.hpp"
#include "engine/sbtc/peg_in.hpp"

#include <optional>

namespace engine::peg
{
using sbtc::PegIn;
using sbtc::PegInForm;

/// Reads the peg-in that an output script asks for. Nothing: the script is no peg-in of any
/// network. A reject: it is one that can't be honoured, and why.
std::optional<Result<PegIn, Reject>> parse_peg_in(ByteView script, bitcoin::Network network);

/// The beginnings of peg-in data on every network, this one's and the others'.
std::vector<Bytes> peg_in_prefixes();

/// Why a principal can't receive on a network: the first fault. Nothing: it can.
std::optional<Reject> find_fault(const Principal& principal, bitcoin::Network network);
}  // namespace engine::peg

#pragma once

#include "engine/base/sats.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace engine::bitcoind
{
/// Puts quotes around every number of a JSON text that is no plain integer, so that a parser keeps
/// its digits instead of making a double of it. Amounts never pass through one.
std::string quote_decimals(std::string_view json);

/// An amount in BTC with at most eight decimals: "0.00010000", "21", "5e-8" is none.
std::optional<Sats> sats_of_btc(std::string_view text);

/// The amount as the node writes it: eight decimals.
std::string to_btc(Sats amount);
}  // namespace engine::bitcoind

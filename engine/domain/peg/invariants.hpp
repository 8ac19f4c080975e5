#pragma once

#include "engine/core/law.hpp"

namespace engine::peg
{
/// Minted = confirmed + shortfall. What is confirmed is the sum over the distinct credited
/// deposits, each deep enough on the best chain and not of the wallet's own money; what is a
/// shortfall, over those that are not. The ignored ones are counted.
std::optional<std::string> credited_is_confirmed_delta(
    const StateView& before, const Changes& changes);
std::optional<std::string> credited_is_confirmed(const StateView& state);

/// Each mint that was not taken back belongs to one deposit, and says what that deposit says. That
/// of a shortfall has been taken: else it would have been taken back.
std::optional<std::string> effects_are_backed_delta(
    const StateView& before, const Changes& changes);
std::optional<std::string> effects_are_backed(const StateView& state);

/// The wallet's outputs are those that the best chain's known transactions pay it and none of them
/// spends, and their values add up to the total.
std::optional<std::string> utxo_value_delta(const StateView& before, const Changes& changes);
std::optional<std::string> utxo_value(const StateView& state);
}  // namespace engine::peg

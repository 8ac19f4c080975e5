#pragma once

#include "engine/core/read.hpp"
#include "engine/domain/peg/mint.hpp"
#include "engine/domain/peg/state.hpp"

#include <optional>

namespace engine::peg
{
/// An output to the wallet on the best chain, spent or not.
struct WalletOutput
{
    Utxo utxo;
    std::optional<ChainHeight> spent_at;

    friend bool operator==(const WalletOutput&, const WalletOutput&) = default;
};

/// Nothing: the chain has no such output, or it was spent so long ago that it is forgotten.
std::optional<WalletOutput> wallet_output(const StateView& state, const OutPoint& outpoint);

std::optional<Deposit> deposit(const StateView& state, const OutPoint& outpoint);

/// Whether a recipient may receive at this time of the log. Without an allow-list everybody may.
bool may_receive(const StateView& state, const Principal& recipient, LogTime now);

/// What the mint effect of a deposit asks for.
Mint mint_of(const OutPoint& outpoint, const Deposit& deposit);

/// Whether a deposit has a mint that was not taken back.
constexpr bool is_minted(DepositState state)
{
    return state == DepositState::credited || state == DepositState::shortfall;
}

/// Visits the wallet's unspent outputs in order, until the visitor returns false:
/// visit(const OutPoint&, const Utxo&).
template <typename F>
void for_each_utxo(const StateView& state, F&& visit)
{
    for_each(state, kUtxos, visit);
}
}  // namespace engine::peg

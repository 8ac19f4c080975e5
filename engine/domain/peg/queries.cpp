#include "engine/domain/peg/queries.hpp"

namespace engine::peg
{
std::optional<WalletOutput> wallet_output(const StateView& state, const OutPoint& outpoint)
{
    if (const auto utxo = find(state, kUtxos, outpoint))
        return WalletOutput{*utxo, std::nullopt};
    if (const auto spent = find(state, kSpent, outpoint))
        return WalletOutput{spent->utxo, spent->spent_at};
    return std::nullopt;
}

std::optional<Deposit> deposit(const StateView& state, const OutPoint& outpoint)
{
    return find(state, kDeposits, outpoint);
}

bool may_receive(const StateView& state, const Principal& recipient, LogTime now)
{
    if (!get(state, kParameters).allow_list_only)
        return true;
    const auto allowance = find(state, kAllowed, recipient);
    return allowance && (allowance->until == LogTime{} || now < allowance->until);
}

Mint mint_of(const OutPoint& outpoint, const Deposit& deposit)
{
    return {outpoint, deposit.recipient, deposit.amount};
}
}  // namespace engine::peg

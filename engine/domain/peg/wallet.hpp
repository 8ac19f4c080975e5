#pragma once

#include "engine/bitcoin/transaction.hpp"
#include "engine/core/step.hpp"

namespace engine::peg
{
/// Brings the wallet's outputs that a transaction creates or spends in line with the best chain as
/// it is now. Asked after each change of such a transaction, in any order, the rows depend on the
/// best chain alone. Returns the outputs that have come to the wallet, or are its no more; that one
/// is spent leaves it what the wallet had.
std::vector<OutPoint> follow_wallet(
    Step& step, const Txid& txid, const btc::Transaction& transaction);

/// Removes some of the spent outputs that no reorganisation can give back.
void forget_spent(Step& step);
}  // namespace engine::peg

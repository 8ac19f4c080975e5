#pragma once

#include "engine/bitcoin/transaction.hpp"
#include "engine/core/step.hpp"

namespace engine::peg
{
/// Brings the deposit that a transaction makes, if it asks for a peg-in, in line with its place on
/// the best chain as it is now. One that is not confirmed any more loses its credit: its mint is
/// taken back, or, if that is too late, booked as a shortfall until it is confirmed again.
void follow_deposit(Step& step, const Txid& txid, const btc::Transaction& transaction);

/// Decides the deposits that have become due: deep enough, in a block that was scanned for all that
/// this module watches. Each is decided once: minimum and allow-list count as they are then.
void decide_due(Step& step);

/// Takes back the mints of shortfalls that went wrong outside, so that they can be taken back
/// after all.
void take_back_shortfalls(Step& step);

/// Looks again at deposits that a lower tip has made too young.
void revisit_young(Step& step);
}  // namespace engine::peg

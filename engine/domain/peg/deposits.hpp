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

/// Looks again at the deposits whose transactions spend an output that has come to the wallet or
/// is its no more: the wallet's own money, paid to itself, is no deposit. Where that shows only
/// after the mint was taken, it is booked as a shortfall for good.
void judge_spenders(Step& step, const OutPoint& output);

/// Takes back a mint that went wrong outside if its deposit is a shortfall by now: there is no next
/// attempt for what is not confirmed.
void take_back_shortfall(Step& step, const EffectId& mint);

/// Looks again at deposits that a lower tip has made too young.
void revisit_young(Step& step);
}  // namespace engine::peg

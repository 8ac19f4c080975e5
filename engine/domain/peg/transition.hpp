#pragma once

#include "engine/core/authors.hpp"
#include "engine/core/step.hpp"
#include "engine/domain/bitcoin/chain_change.hpp"
#include "engine/domain/peg/events.hpp"

namespace engine::peg
{
constexpr Authors authors(const RecipientAllowed&)
{
    return Authors::operators;
}
constexpr Authors authors(const RecipientRemoved&)
{
    return Authors::operators;
}

/// Fixes the parameters and asks the bitcoin module for the wallet's payments and for peg-in data.
Verdict on_genesis(Step& step, const Genesis& genesis);

/// Puts a recipient on the allow-list, or changes up to when it is there.
Verdict transition(Step& step, const RecipientAllowed& event);
Verdict transition(Step& step, const RecipientRemoved& event);

/// An allowance is over: its row goes. The rules have not counted it since its time.
void on_deadline(Step& step, TableId table, ByteView key);

/// Follows deposits and the wallet's outputs along the best chain.
void on_chain(Step& step, const bitcoin::ChainChange& change);

/// Follows what becomes of mints: one that failed is not tried again for a shortfall.
void on_effect(Step& step, const EffectId& id);
}  // namespace engine::peg

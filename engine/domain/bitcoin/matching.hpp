#pragma once

#include "engine/bitcoin/transaction.hpp"
#include "engine/core/step.hpp"
#include "engine/domain/bitcoin/state.hpp"

#include <map>

namespace engine::bitcoin
{
/// An output to a watched script.
struct MatchedOutput
{
    std::uint32_t index = 0;
    std::uint8_t owner = 0;
    std::uint32_t version = 0;  ///< Of the watch row.
};

/// What the watch list and the watched outpoints ask of a transaction.
struct Matches
{
    std::map<std::uint8_t, std::uint32_t> owners;  ///< With the newest version that asked.
    std::vector<MatchedOutput> outputs;
};

/// Compares a transaction of a block at this height with entries that start at or below it.
Matches match(const StateView& state, const btc::Transaction& transaction, ChainHeight height);
}  // namespace engine::bitcoin

#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"

namespace engine::bitcoin
{
/// What an event did to the best chain, one thing at a time, in the order in which it happened.
/// Disconnections come from the old tip down, connections from the fork point up, the transactions
/// of a block in block order (reversed when they are disconnected).
struct ChainChange
{
    enum class Kind : std::uint8_t
    {
        block_connected,
        block_disconnected,
        transaction_connected,  ///< Also when it arrives after its block was connected.
        transaction_disconnected,
        block_scanned,    ///< The block on the best chain has all that the watch list asks for.
        window_exceeded,  ///< A reorg went below the window: irrevocable effects must halt.
    };

    Kind kind = Kind::block_connected;
    BlockHash block;
    ChainHeight height;       ///< Of the block.
    std::uint8_t owner = 0;   ///< Number of the module whose watch row asked; 0: every module.
    Txid txid;                ///< Of a transaction.
    std::uint32_t index = 0;  ///< Of the transaction in the block.
    ByteView transaction;     ///< Its bytes without the witness; valid during the step.
};
}  // namespace engine::bitcoin

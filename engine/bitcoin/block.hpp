#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/base/types.hpp"
#include "engine/bitcoin/decode_error.hpp"
#include "engine/bitcoin/header.hpp"
#include "engine/bitcoin/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace engine::btc
{
struct Block
{
    Header header;
    std::vector<Transaction> transactions;

    friend bool operator==(const Block&, const Block&) = default;
};

/// A block of exactly these bytes. What it returns encodes to the same bytes; whether it is the
/// block that the header names, find_fault says.
Result<Block, DecodeFault> decode_block(ByteView bytes);
Bytes encode(const Block& block);

std::vector<Txid> txids(const Block& block);

/// Three times the size without witnesses plus the size with them, at most 4,000,000 (BIP-141).
std::size_t weight(const Block& block);

/// The height that a coinbase's script begins with (BIP-34). Nothing when there is none.
std::optional<ChainHeight> coinbase_height(const Transaction& coinbase);

/// The hash in the last output of a coinbase that carries a witness commitment (BIP-141).
std::optional<Hash256> witness_commitment(const Transaction& coinbase);

/// Whether witnesses are committed to at the block's height: from the activation of segwit on.
enum class WitnessRule : std::uint8_t
{
    not_active,
    enforced,
};

enum class BlockFault : std::uint8_t
{
    no_transactions,
    merkle_root_differs,  ///< The transactions are not those of the header.
    mutated,              ///< Doubled transactions under the same root (CVE-2012-2459).
    too_heavy,
    no_coinbase,  ///< The first transaction is none.
    second_coinbase,
    unexpected_witness,          ///< A witness, but no commitment to it.
    witness_nonce,               ///< The coinbase's witness is not one item of 32 bytes.
    witness_commitment_differs,  ///< The witnesses are not those that were committed to.
};

std::string_view describe(BlockFault fault);

/// The first reason, in the order above, why these are not the transactions that the miner put
/// under this header. No fault blames the header: another copy of the block may be good. Proof of
/// work, scripts and amounts are checked elsewhere or by the Bitcoin node.
std::optional<BlockFault> find_fault(const Block& block, WitnessRule rule);
}  // namespace engine::btc

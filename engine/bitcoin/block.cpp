#include "engine/bitcoin/block.hpp"

#include "engine/base/check.hpp"
#include "engine/bitcoin/merkle.hpp"
#include "engine/bitcoin/reader.hpp"
#include "engine/bitcoin/script.hpp"
#include "engine/bitcoin/write.hpp"
#include "engine/hash/sha256.hpp"

#include <algorithm>
#include <array>

namespace engine::btc
{
namespace
{
constexpr std::size_t kTransactionSizeMin = 4 + 1 + 41 + 1 + 4;  // One input, no outputs.
constexpr std::size_t kBlockWeightMax = 4'000'000;

// BIP141: OP_RETURN, a push of 36 bytes, a header of four bytes; then the hash.
constexpr std::array<std::uint8_t, 6> kCommitmentPrefix = {0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed};
constexpr std::size_t kCommitmentSize = 38;

bool is_commitment(const Output& output)
{
    const ByteView script = output.script_pubkey;
    return script.size() >= kCommitmentSize &&
           equal(script.first(kCommitmentPrefix.size()), kCommitmentPrefix);
}

Hash256 witness_root(const Block& block)
{
    std::vector<Hash256> leaves;
    leaves.reserve(block.transactions.size());
    leaves.emplace_back();  // BIP141: the coinbase's wtxid counts as zero.
    for (std::size_t i = 1; i < block.transactions.size(); ++i)
        leaves.push_back(retag<Hash256>(wtxid(block.transactions[i])));
    return retag<Hash256>(merkle_tree(std::move(leaves)).root);
}

std::optional<BlockFault> find_witness_fault(const Block& block, WitnessRule rule)
{
    const auto& coinbase = block.transactions.front();
    const auto commitment = witness_commitment(coinbase);
    if (rule == WitnessRule::not_active || !commitment)
    {
        const bool any =
            std::any_of(block.transactions.begin(), block.transactions.end(), has_witness);
        return any ? std::optional{BlockFault::unexpected_witness} : std::nullopt;
    }

    const auto& stack = coinbase.inputs[0].witness;
    if (stack.size() != 1 || stack[0].size() != 32)
        return BlockFault::witness_nonce;

    Sha256 hash;
    hash.update(witness_root(block)).update(stack[0]);
    if (sha256(hash.finish().bytes) != *commitment)
        return BlockFault::witness_commitment_differs;
    return std::nullopt;
}
}  // namespace

Result<Block, DecodeFault> decode_block(ByteView bytes)
{
    Reader reader{bytes};
    Block block;
    const auto raw = reader.fixed<RawHeader>();
    block.header = decode_header(raw.bytes);
    const auto count = reader.count(kTransactionSizeMin);
    block.transactions.reserve(count);
    for (std::size_t i = 0; i < count && reader.ok(); ++i)
        block.transactions.push_back(read_transaction(reader));
    reader.expect_end();
    if (!reader.ok())
        return Failure{*reader.fault()};
    return block;
}

Bytes encode(const Block& block)
{
    ByteSink sink;
    write_fixed(sink, encode(block.header));
    write_compact_size(sink, block.transactions.size());
    for (const auto& transaction : block.transactions)
        sink.update(encode(transaction));
    return std::move(sink.bytes);
}

std::vector<Txid> txids(const Block& block)
{
    std::vector<Txid> ids;
    ids.reserve(block.transactions.size());
    for (const auto& transaction : block.transactions)
        ids.push_back(txid(transaction));
    return ids;
}

std::size_t weight(const Block& block)
{
    SizeSink count;
    write_compact_size(count, block.transactions.size());
    auto total = 4 * (RawHeader::kSize + count.size);
    for (const auto& transaction : block.transactions)
        total += weight(transaction);
    return total;
}

std::optional<ChainHeight> coinbase_height(const Transaction& coinbase)
{
    if (!is_coinbase(coinbase))
        return std::nullopt;
    const auto first = Instructions{coinbase.inputs[0].script_sig}.next();
    if (!first || !is_minimal_push(*first))
        return std::nullopt;
    const auto number = script_number(*first);
    if (!number || *number < 0 || *number > UINT32_MAX)
        return std::nullopt;
    return ChainHeight{static_cast<std::uint32_t>(*number)};
}

std::optional<Hash256> witness_commitment(const Transaction& coinbase)
{
    const auto found =
        std::find_if(coinbase.outputs.rbegin(), coinbase.outputs.rend(), is_commitment);
    if (found == coinbase.outputs.rend())
        return std::nullopt;
    Hash256 hash;
    std::copy_n(found->script_pubkey.begin() + kCommitmentPrefix.size(), 32, hash.bytes.begin());
    return hash;
}

std::string_view describe(BlockFault fault)
{
    switch (fault)
    {
        case BlockFault::no_transactions:
            return "the block has no transactions";
        case BlockFault::merkle_root_differs:
            return "the transactions are not those under the header's Merkle root";
        case BlockFault::mutated:
            return "transactions are doubled so that the Merkle root stays the same";
        case BlockFault::too_heavy:
            return "the block is heavier than 4,000,000 weight units";
        case BlockFault::no_coinbase:
            return "the first transaction is no coinbase";
        case BlockFault::second_coinbase:
            return "there is more than one coinbase";
        case BlockFault::unexpected_witness:
            return "there is a witness that the coinbase does not commit to";
        case BlockFault::witness_nonce:
            return "the coinbase's witness is not a single item of 32 bytes";
        case BlockFault::witness_commitment_differs:
            return "the witnesses are not those that the coinbase commits to";
    }
    ENSURE(!"a declared fault");
    return {};
}

std::optional<BlockFault> find_fault(const Block& block, WitnessRule rule)
{
    const auto& all = block.transactions;
    if (all.empty())
        return BlockFault::no_transactions;
    const auto tree = merkle_tree(txids(block));
    if (tree.root != block.header.merkle_root)
        return BlockFault::merkle_root_differs;
    if (tree.mutated)
        return BlockFault::mutated;
    if (weight(block) > kBlockWeightMax)
        return BlockFault::too_heavy;
    if (!is_coinbase(all.front()))
        return BlockFault::no_coinbase;
    if (std::any_of(all.begin() + 1, all.end(), is_coinbase))
        return BlockFault::second_coinbase;
    return find_witness_fault(block, rule);
}
}  // namespace engine::btc

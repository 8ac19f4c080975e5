#pragma once

#include "adapters/bitcoin/rpc.hpp"
#include "engine/base/bytes.hpp"
#include "engine/base/sats.hpp"
#include "engine/base/types.hpp"
#include "engine/bitcoin/header.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace engine::bitcoind
{
/// What a node says of itself and its chain.
struct NodeInfo
{
    std::string chain;          ///< main, test, testnet4, signet, regtest.
    BlockHash best_block;       ///< Of the chain that it has whole.
    std::uint32_t blocks = 0;   ///< Its height.
    std::uint32_t headers = 0;  ///< The height up to which it knows headers.
    bool initial_download = false;
    std::optional<std::uint32_t> prune_height;  ///< The lowest whole block, when the node prunes.
};

/// An output that is not spent on the node's best chain.
struct UnspentOutput
{
    BlockHash best_block;  ///< Where this was true.
    Sats value;
    Bytes script;
    std::uint32_t confirmations = 0;
    bool coinbase = false;
};

/// The calls that we make, with their results as types. Everything that matters comes as raw bytes
/// and is hashed here: nothing in a reply is believed that can be checked.
class Node
{
    RpcClient m_rpc;

public:
    explicit Node(RpcTransport& transport) : m_rpc{transport} {}

    /// The best block with its height is of one moment.
    RpcResult<NodeInfo> info();
    /// What it calls itself: "/Satoshi:29.0.0/".
    RpcResult<std::string> version();
    RpcResult<BlockHash> best_block();
    RpcResult<BlockHash> block_at(ChainHeight height);

    /// The header, its hash checked.
    RpcResult<btc::RawHeader> header(const BlockHash& block);
    /// The block's bytes, unchecked.
    RpcResult<Bytes> block(const BlockHash& block);

    /// Only outputs in blocks count, not those in the mempool.
    RpcResult<std::optional<UnspentOutput>> unspent(const OutPoint& output);

    /// Hands a transaction over; the node's answer is its txid.
    RpcResult<Txid> broadcast(ByteView transaction);
    /// Whether the mempool holds it.
    RpcResult<bool> in_mempool(const Txid& transaction);

    /// Any other method.
    RpcResult<json::value> call(std::string_view method, json::array parameters);

    void interrupt() { m_rpc.interrupt(); }
};
}  // namespace engine::bitcoind

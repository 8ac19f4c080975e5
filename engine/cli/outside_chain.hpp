#pragma once

#include "engine/cli/bitcoin_node.hpp"
#include "engine/runtime/verify.hpp"

namespace engine::cli
{
/// A Bitcoin node as verify asks it: its UTXO set (scantxoutset) and its blocks.
class NodeChain final : public OutsideChain
{
    bitcoind::Node& m_node;

public:
    explicit NodeChain(bitcoind::Node& node) : m_node{node} {}

    Result<UnspentSet, std::string> unspent(ByteView script) override;
    Result<btc::Block, std::string> block(const BlockHash& hash) override;
};
}  // namespace engine::cli

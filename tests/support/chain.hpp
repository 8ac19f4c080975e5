#pragma once

// Small regtest chains with real proof of work, and the facts that a follower makes of them.

#include "engine/bitcoin/block.hpp"
#include "engine/bitcoin/merkle.hpp"
#include "engine/bitcoin/network.hpp"
#include "engine/bitcoin/relevant.hpp"
#include "engine/bitcoin/script.hpp"
#include "engine/bitcoin/target.hpp"
#include "engine/domain/bitcoin/events.hpp"
#include "engine/domain/peg/events.hpp"

#include <map>
#include <string_view>
#include <vector>

namespace engine::test
{
/// A time of the log at which every block of these chains has happened.
inline constexpr LogTime kLogTime{1'700'000'000'000};

/// A header in the form that events have.
inline bitcoin::RawHeader raw(const btc::Header& header)
{
    return {btc::encode(header).bytes};
}

/// The bitcoin module's part of genesis: regtest from its own first block on.
inline bitcoin::Genesis chain_genesis(std::uint32_t window = 144)
{
    const auto& header = btc::parameters(btc::Network::regtest).genesis;
    bitcoin::Genesis genesis;
    genesis.network = bitcoin::Network::regtest;
    genesis.anchor.header = raw(header);
    genesis.anchor.work.bytes = btc::to_big_endian(btc::work(*btc::decode_target(header.bits)));
    genesis.anchor.period_start = header.time;
    genesis.anchor.period_bits = header.bits;
    genesis.anchor.last_times = {header.time};
    genesis.window = window;
    return genesis;
}

/// Counts the nonce up until the header meets its own target.
inline void mine(btc::Header& header, btc::Network network = btc::Network::regtest)
{
    while (!btc::proves_work(btc::block_hash(header), header.bits, btc::parameters(network)))
        ++header.nonce;
}

struct MinedBlock
{
    btc::Block block;
    BlockHash hash;
    ChainHeight height;
};

/// A tree of blocks on top of regtest's first one.
class Chain
{
    std::map<BlockHash, MinedBlock> m_blocks;
    BlockHash m_genesis;
    std::uint32_t m_count = 0;  // Makes every coinbase, and so every block, unlike all others.

    btc::Transaction coinbase(ChainHeight height)
    {
        btc::Transaction transaction;
        auto& input = transaction.inputs.emplace_back();
        input.previous.index = 0xffffffff;
        btc::append_number(input.script_sig, std::int64_t{height.value});
        btc::append_number(input.script_sig, std::int64_t{1'000'000} + ++m_count);
        transaction.outputs.push_back({*Sats::from(5'000'000'000), Bytes{btc::op::k1}});
        return transaction;
    }

public:
    Chain()
    {
        const auto& header = btc::parameters(btc::Network::regtest).genesis;
        m_genesis = btc::block_hash(header);
        m_blocks[m_genesis] = {{header, {}}, m_genesis, ChainHeight{0}};
    }

    const BlockHash& genesis() const { return m_genesis; }
    bool has(const BlockHash& block) const { return m_blocks.contains(block); }
    const MinedBlock& at(const BlockHash& block) const { return m_blocks.at(block); }
    ChainHeight height(const BlockHash& block) const { return at(block).height; }

    /// Mines a block with these transactions behind a coinbase of its own, ten minutes after its
    /// parent.
    BlockHash mine(const BlockHash& parent, std::vector<btc::Transaction> transactions = {})
    {
        const auto& below = at(parent);
        MinedBlock mined;
        mined.height = ChainHeight{below.height.value + 1};
        mined.block.transactions.push_back(coinbase(mined.height));
        for (auto& transaction : transactions)
            mined.block.transactions.push_back(std::move(transaction));
        auto& header = mined.block.header;
        header.version = 0x20000000;
        header.previous = parent;
        header.merkle_root = btc::merkle_tree(btc::txids(mined.block)).root;
        header.time = ChainTime{below.block.header.time.value + 600};
        header.bits = below.block.header.bits;
        test::mine(header);
        mined.hash = btc::block_hash(header);
        const auto hash = mined.hash;
        m_blocks.emplace(hash, std::move(mined));
        return hash;
    }

    /// Mines empty blocks; returns the last.
    BlockHash mine_empty(BlockHash parent, std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i)
            parent = mine(parent);
        return parent;
    }

    /// The blocks from the one above genesis up to a tip.
    std::vector<BlockHash> path_to(BlockHash tip) const
    {
        std::vector<BlockHash> path;
        for (; tip != m_genesis; tip = at(tip).block.header.previous)
            path.push_back(tip);
        std::reverse(path.begin(), path.end());
        return path;
    }
};

// Facts.

inline bitcoin::HeaderSeen header_seen(const MinedBlock& mined)
{
    return {raw(mined.block.header)};
}

inline bitcoin::TransactionSeen transaction_seen(const MinedBlock& mined, std::uint32_t index)
{
    const auto ids = btc::txids(mined.block);
    bitcoin::TransactionSeen event;
    event.header = raw(mined.block.header);
    event.index = index;
    event.branch = btc::merkle_branch(ids, index).siblings;
    event.coinbase = btc::encode_stripped(mined.block.transactions[0]);
    event.coinbase_branch = btc::merkle_branch(ids, 0).siblings;
    event.transaction = btc::encode(mined.block.transactions[index]);
    return event;
}

/// What a follower with this watch list says of a block, in its order: the header, what is
/// relevant, that it was scanned. Adds the block's outpoints to the list.
inline std::vector<bitcoin::Event> facts_of(const MinedBlock& mined, btc::WatchList& list)
{
    std::vector<bitcoin::Event> facts{header_seen(mined)};
    const auto relevant = btc::relevant(mined.block, list);
    for (const auto& transaction : relevant.transactions)
        facts.push_back(transaction_seen(mined, transaction.branch.index));
    btc::add_outpoints(list, relevant.outpoints);
    facts.push_back(bitcoin::BlockScanned{mined.hash, list.version});
    return facts;
}

// Transactions.

/// A script of the given length that no other number gives: where coins go that nobody watches.
inline Bytes script_of(std::uint8_t number)
{
    Bytes script{btc::op::k0, 20};
    script.insert(script.end(), 20, number);
    return script;
}

/// A P2TR script: the shape of a peg wallet's.
inline Bytes peg_wallet(std::uint8_t number = 0x77)
{
    Bytes script{btc::op::k1, 32};
    script.insert(script.end(), 32, number);
    return script;
}

inline Bytes data_script(ByteView data)
{
    Bytes script{btc::op::kReturn};
    btc::append_push(script, data);
    return script;
}

inline btc::Transaction spend(const std::vector<OutPoint>& inputs, std::vector<btc::Output> outputs)
{
    btc::Transaction transaction;
    for (const auto& outpoint : inputs)
        transaction.inputs.push_back({outpoint, {}, 0xffffffff, {}});
    transaction.outputs = std::move(outputs);
    return transaction;
}

/// An outpoint that exists nowhere else: coins from outside.
inline OutPoint coin(std::uint32_t number)
{
    OutPoint outpoint;
    for (std::size_t i = 0; i < 4; ++i)
        outpoint.txid.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    outpoint.txid.bytes[31] = 0xcc;
    return outpoint;
}

inline peg::Principal test_principal(std::uint8_t number, std::string contract = {})
{
    peg::Principal principal{26, {}, std::move(contract)};
    principal.hash.bytes.fill(number);
    return principal;
}

/// Peg-in data as the developer release writes it: magic, '<', a Clarity principal.
inline Bytes peg_in_data(const peg::Principal& recipient, std::string_view magic = "id")
{
    Bytes data{magic.begin(), magic.end()};
    data.push_back('<');
    data.push_back(recipient.contract.empty() ? 0x05 : 0x06);
    data.push_back(recipient.version);
    append(data, recipient.hash.bytes);
    if (!recipient.contract.empty())
    {
        data.push_back(static_cast<std::uint8_t>(recipient.contract.size()));
        data.insert(data.end(), recipient.contract.begin(), recipient.contract.end());
    }
    return data;
}

/// A peg-in: data, payment to a wallet, change.
inline btc::Transaction peg_in(const OutPoint& input, std::uint64_t sats,
    const peg::Principal& recipient, const Bytes& wallet = peg_wallet(),
    std::string_view magic = "id")
{
    return spend({input}, {{Sats{}, data_script(peg_in_data(recipient, magic))},
                              {*Sats::from(sats), wallet}, {*Sats::from(1'000), script_of(1)}});
}
}  // namespace engine::test

#include "engine/bitcoin/relevant.hpp"

#include "engine/bitcoin/data_carrier.hpp"
#include "engine/hash/sha256.hpp"

#include <algorithm>
#include <set>

namespace engine::btc
{
namespace
{
// A transaction as large as a node of the tree can't be proved to stand in a block.
constexpr std::size_t kUnprovableSize = 64;

template <typename T>
void sort_unique(std::vector<T>& list)
{
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

struct ByBytes
{
    bool operator()(const Bytes& a, ByteView b) const { return less(a, b); }
};

bool holds_script(const std::vector<Bytes>& scripts, ByteView script)
{
    const auto it = std::lower_bound(scripts.begin(), scripts.end(), script, ByBytes{});
    return it != scripts.end() && equal(*it, script);
}

bool begins_with(ByteView data, ByteView prefix)
{
    return data.size() >= prefix.size() && equal(data.first(prefix.size()), prefix);
}

bool holds_prefix_of(const std::vector<Bytes>& prefixes, ByteView script)
{
    const auto data = data_carrier(script);
    return data && std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const Bytes& prefix) { return begins_with(*data, prefix); });
}

/// The levels of a block's tree, leaves first: one hashing for any number of branches.
class Tree
{
    std::vector<std::vector<Hash256>> m_levels;

public:
    explicit Tree(const std::vector<Txid>& leaves)
    {
        auto& lowest = m_levels.emplace_back();
        for (const auto& leaf : leaves)
            lowest.push_back({leaf.bytes});
        while (m_levels.back().size() > 1)
            m_levels.push_back(above(m_levels.back()));
    }

    static std::vector<Hash256> above(const std::vector<Hash256>& level)
    {
        std::vector<Hash256> out;
        for (std::size_t i = 0; i < level.size(); i += 2)
            out.push_back(sha256d_pair(level[i], level[std::min(i + 1, level.size() - 1)]));
        return out;
    }

    MerkleBranch branch(std::uint32_t index) const
    {
        MerkleBranch out{index, {}};
        for (std::size_t depth = 0; depth + 1 < m_levels.size(); ++depth)
        {
            const auto& level = m_levels[depth];
            const auto sibling = std::size_t{index >> depth} ^ 1;
            out.siblings.push_back(level[std::min(sibling, level.size() - 1)]);
        }
        return out;
    }
};

/// Walks a block once, in its order, and learns the outpoints that it creates.
class Search
{
    const Block& m_block;
    const WatchList& m_list;
    std::set<OutPoint> m_created;

    bool is_watched(const OutPoint& outpoint) const
    {
        return std::binary_search(m_list.outpoints.begin(), m_list.outpoints.end(), outpoint) ||
               m_created.contains(outpoint);
    }

    bool spends(const Transaction& transaction) const
    {
        return std::any_of(transaction.inputs.begin(), transaction.inputs.end(),
            [&](const Input& input) { return is_watched(input.previous); });
    }

    bool carries(const Transaction& transaction) const
    {
        return std::any_of(
            transaction.outputs.begin(), transaction.outputs.end(), [&](const Output& o) {
                return holds_prefix_of(m_list.data_prefixes, o.script_pubkey);
            });
    }

    /// The outputs that pay a watched script.
    std::vector<std::uint32_t> payments(const Transaction& transaction) const
    {
        std::vector<std::uint32_t> out;
        for (std::uint32_t i = 0; i < transaction.outputs.size(); ++i)
        {
            if (holds_script(m_list.scripts, transaction.outputs[i].script_pubkey))
                out.push_back(i);
        }
        return out;
    }

public:
    std::vector<std::uint32_t> found;
    std::vector<OutPoint> outpoints;

    Search(const Block& block, const WatchList& list) : m_block{block}, m_list{list} {}

    void run()
    {
        for (std::uint32_t i = 0; i < m_block.transactions.size(); ++i)
        {
            const auto& transaction = m_block.transactions[i];
            const auto paying = payments(transaction);
            if (paying.empty() && !carries(transaction) && !spends(transaction))
                continue;
            if (stripped_size(transaction) == kUnprovableSize)
                continue;
            found.push_back(i);
            if (paying.empty())
                continue;
            const auto id = txid(transaction);
            for (const auto output : paying)
            {
                outpoints.push_back({id, output});
                m_created.insert({id, output});
            }
        }
    }
};
}  // namespace

void sort(WatchList& list)
{
    sort_unique(list.scripts);
    sort_unique(list.data_prefixes);
    sort_unique(list.outpoints);
}

void add_outpoints(WatchList& list, const std::vector<OutPoint>& outpoints)
{
    list.outpoints.insert(list.outpoints.end(), outpoints.begin(), outpoints.end());
    sort_unique(list.outpoints);
}

Relevant relevant(const Block& block, const WatchList& list)
{
    Search search{block, list};
    search.run();
    Relevant out;
    out.outpoints = std::move(search.outpoints);
    if (search.found.empty())
        return out;

    const Tree tree{txids(block)};
    out.coinbase = tree.branch(0);
    for (const auto index : search.found)
        out.transactions.push_back({tree.branch(index)});
    return out;
}
}  // namespace engine::btc

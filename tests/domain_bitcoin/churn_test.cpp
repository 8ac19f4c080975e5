// The watch list grows while blocks, branches and rescans go on. Whatever the order, in the end the
// state is that of a log whose list was complete from the start, and each owner has been told of
// the same transactions.
//
// Entries are never taken away, and today genesis alone adds any: the verbs are called directly.

#include "engine/base/hex.hpp"
#include "tests/domain_bitcoin/fixture.hpp"

#include <cstdlib>
#include <random>
#include <set>

namespace engine::test
{
namespace
{
struct Entry
{
    Bytes script;
    std::uint32_t from = 1;
    std::uint8_t owner = 0;
};

/// What a branch has, so that its blocks are ones that nodes would take.
struct Ledger
{
    std::set<Txid> known;
    std::set<OutPoint> spent;

    bool book(const btc::Transaction& transaction)
    {
        for (std::size_t i = 0; i < transaction.inputs.size(); ++i)
        {
            const auto& previous = transaction.inputs[i].previous;
            const bool is_coin = i == 0;  // From outside.
            if (spent.contains(previous) || (!is_coin && !known.contains(previous.txid)))
                return false;
        }
        for (const auto& input : transaction.inputs)
            spent.insert(input.previous);
        return known.insert(btc::txid(transaction)).second;
    }
};

/// A tree of blocks and the entries of a list, from one seed. Few scripts and owners, so that they
/// meet.
struct Story
{
    std::mt19937_64 random;
    Chain chain;
    std::vector<BlockHash> blocks;  // Parents before their children, in the order of their headers.
    std::vector<Entry> entries;     // In the order in which they are added.
    bool starts_differ = false;

    explicit Story(std::uint64_t seed) : random{seed}
    {
        const auto transactions = pool();
        std::vector<BlockHash> tips{chain.genesis()};
        std::map<BlockHash, Ledger> ledgers{{chain.genesis(), {}}};
        for (auto count = 3 + below(8); count > 0; --count)
        {
            const auto back = below(3) == 0 ? below(tips.size()) : 0;
            const auto parent = tips[tips.size() - 1 - back];
            auto ledger = ledgers.at(parent);
            std::vector<btc::Transaction> chosen;
            for (const auto& transaction : transactions)
            {
                if (below(3) == 0 && ledger.book(transaction))
                    chosen.push_back(transaction);
            }
            blocks.push_back(chain.mine(parent, chosen));
            tips.push_back(blocks.back());
            ledgers[blocks.back()] = ledger;
        }
        starts_differ = seed % 2 == 0;
        for (auto count = 1 + below(6); count > 0; --count)
            entries.push_back(
                {script(), static_cast<std::uint32_t>(1 + below(starts_differ ? 6 : 1)),
                    static_cast<std::uint8_t>(3 + below(2))});
    }

    std::size_t below(std::size_t bound) { return random() % bound; }
    Bytes script() { return script_of(static_cast<std::uint8_t>(1 + below(3))); }

    /// Payments and what spends them, in an order that a block can have.
    std::vector<btc::Transaction> pool()
    {
        std::vector<btc::Transaction> out;
        std::vector<OutPoint> unspent;
        for (std::uint32_t i = 1; i <= 8; ++i)
        {
            std::vector<OutPoint> inputs{coin(i)};
            if (!unspent.empty() && below(2) == 0)
                inputs.push_back(unspent[below(unspent.size())]);
            out.push_back(spend(inputs, {{*Sats::from(1), script()}, {*Sats::from(2), script()}}));
            unspent.push_back({btc::txid(out.back()), static_cast<std::uint32_t>(below(2))});
        }
        return out;
    }
};

using Rows = std::map<std::pair<std::uint16_t, Bytes>, Bytes>;
using Told = std::set<std::tuple<std::uint8_t, BlockHash, std::uint32_t>>;

/// Each row that two states don't have alike, as text.
std::string differences(const Rows& a, const Rows& b)
{
    std::string out;
    const auto tell = [&](const Rows& rows, const Rows& others, const char* mark) {
        for (const auto& [key, row] : rows)
        {
            const auto other = others.find(key);
            if (other == others.end() || other->second != row)
                out += mark + std::to_string(key.first) + " " + to_hex(key.second) + " " +
                       to_hex(row) + "\n";
        }
    };
    tell(a, b, "is ");
    tell(b, a, "expected ");
    return out;
}

class BitcoinChurn : public BitcoinTest
{
protected:
    Told told;  // Of what is on the best chain, by owner, block and index.

    void begin()
    {
        start(chain_genesis());
        told.clear();
    }

    void add(const Entry& entry) { watch(entry.script, entry.from, entry.owner); }

    Verdict deliver(const bitcoin::Event& event)
    {
        const auto verdict = (*this)(event);
        for (const auto& change : changes)
        {
            const std::tuple key{change.owner, change.block, change.index};
            if (change.kind == bitcoin::ChainChange::Kind::transaction_connected)
                told.insert(key);
            if (change.kind == bitcoin::ChainChange::Kind::transaction_disconnected)
                told.erase(key);
        }
        return verdict;
    }

    /// What a follower says of a block, with its copy of the list.
    void deliver(const MinedBlock& mined, btc::WatchList& list)
    {
        for (const auto& fact : facts_of(mined, list))
            deliver(fact).accepted();
    }

    /// A follower that fetches the list and goes over every block once more.
    void deliver_all(Story& story)
    {
        auto list = bitcoin::watch_list(state);
        for (const auto& block : story.blocks)
            deliver(story.chain.at(block), list);
    }

    /// Without the name of the block that has an output, where several beside the best chain do:
    /// that is the one that was seen first. A transaction that is below an entry's start on one
    /// branch and not on another has its outputs watched; for whose sake depends on the order, too.
    Rows rows_of_module(const Story& story) const
    {
        auto rows = state.rows();
        std::erase_if(rows, [](const auto& row) {
            return TableId{row.first.first}.module() != bitcoin::Module::kNumber;
        });
        for (auto& [key, bytes] : rows)
        {
            if (key.first != bitcoin::kOutPoints.id.value)
                continue;
            auto row = decode_stored_row<bitcoin::WatchedOutPoint>(bitcoin::kOutPoints.name, bytes);
            if (!bitcoin::is_on_best_chain(state, row.block))
                row.block = {};
            if (story.starts_differ)
                row = {};
            bytes = encode_row(row);
        }
        return rows;
    }
};

TEST_F(BitcoinChurn, EndsInTheStateOfAListThatWasCompleteFromTheStart)
{
    checks_laws = false;
    const char* chosen = std::getenv("REFOLD_SEED");
    const bool is_long = std::getenv("REFOLD_LONG") != nullptr;
    const auto first = chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : 1;
    const auto last = chosen != nullptr ? first : is_long ? 20'000 : 400;
    std::size_t reorgs = 0, rescans = 0, spends = 0;
    for (auto seed = first; seed <= last; ++seed)
    {
        SCOPED_TRACE("REFOLD_SEED=" + std::to_string(seed));
        Story story{seed};

        begin();
        for (const auto& entry : story.entries)
            add(entry);
        // Twice: an output that another branch has higher up, where it is watched, makes the second
        // pass find those who spend it here. Every log may have such passes.
        deliver_all(story);
        deliver_all(story);
        // What a queued rescan asked for may be done before it opens: the next events close it.
        story.blocks.push_back(story.chain.mine(tip().block));
        story.blocks.push_back(story.chain.mine(story.blocks.back()));
        deliver_all(story);
        const auto expected_rows = rows_of_module(story);
        const auto expected_told = told;

        begin();
        auto list = bitcoin::watch_list(state);
        std::size_t added = 0;
        const std::vector<BlockHash> first_blocks{story.blocks.begin(), story.blocks.end() - 2};
        for (const auto& block : first_blocks)
        {
            // Entries come between blocks, and between a block's facts; the follower's copy of the
            // list is of any age.
            while (added < story.entries.size() && story.below(3) == 0)
                add(story.entries[added++]);
            if (story.below(2) == 0)
                list = bitcoin::watch_list(state);
            const auto before = tip().block;
            for (const auto& fact : facts_of(story.chain.at(block), list))
            {
                deliver(fact).accepted();
                if (added < story.entries.size() && story.below(6) == 0)
                    add(story.entries[added++]);
            }
            if (tip().block == block && story.chain.at(block).block.header.previous != before)
                ++reorgs;
            // A rescan that is begun, and left.
            if (bitcoin::rescan(state) && story.below(2) == 0)
            {
                ++rescans;
                auto fresh = bitcoin::watch_list(state);
                for (const auto& known : story.chain.path_to(tip().block))
                {
                    if (story.below(4) != 0)
                        deliver(story.chain.at(known), fresh);
                }
            }
        }
        while (added < story.entries.size())
            add(story.entries[added++]);
        deliver_all(story);
        deliver_all(story);

        ASSERT_EQ(bitcoin::rescan(state), std::nullopt);
        ASSERT_EQ(told, expected_told);
        ASSERT_EQ(differences(rows_of_module(story), expected_rows), "");
        spends += expected_told.size();
    }
    if (chosen == nullptr)
    {
        EXPECT_GT(reorgs, 50u);
        EXPECT_GT(rescans, 100u);
        EXPECT_GT(spends, 1'000u);
    }
}

// What a rescan does not cover: blocks beside the best chain, when it was asked for.
TEST_F(BitcoinChurn, ABranchThatWasScannedBeforeAnEntryIsSeenToBeOldWhenItWins)
{
    watch(script_of(1));
    const auto best = BitcoinTest::add(chain.genesis());
    const auto beside = BitcoinTest::add(chain.genesis(), {pay(1, script_of(2))});
    EXPECT_EQ(scanned(best, 1), accepted);
    EXPECT_EQ(scanned(beside, 1), accepted);
    watch(script_of(2));
    EXPECT_EQ(scanned(best, 2), accepted);
    EXPECT_EQ(bitcoin::rescan(state), std::nullopt);

    BitcoinTest::add(beside);
    EXPECT_TRUE(bitcoin::is_on_best_chain(state, beside));
    EXPECT_EQ(bitcoin::scanned_with(state, beside), 1u);
    EXPECT_FALSE(bitcoin::scan_is_complete(state, beside));  // A follower delivers it again.
    EXPECT_EQ(transaction(beside), accepted);
    EXPECT_EQ(scanned(beside, 2), accepted);
    EXPECT_TRUE(bitcoin::scan_is_complete(state, beside));
}

// The spender was known for another module's sake, and for a version that is newer than the entry.
TEST_F(BitcoinChurn, WhoComesToWatchAnOutputIsToldOfASpenderThatIsKnownAlready)
{
    const auto paid = pay(1, script_of(1));
    const auto spent = spend({{btc::txid(paid), 0}}, {{*Sats::from(1), script_of(2)}});
    const auto first = BitcoinTest::add(chain.genesis(), {paid});
    const auto second = BitcoinTest::add(first, {spent});
    watch(script_of(1), 1, kOwner);
    watch(script_of(2), 1, kOtherOwner);
    EXPECT_EQ(transaction(second), accepted);
    EXPECT_EQ(story(), "+t2.1>9");
    EXPECT_EQ(transaction(first), accepted);
    EXPECT_EQ(story(), "+t1.1>3 +t2.1>3");
    EXPECT_EQ(transaction(second), Verdict{kDuplicate});
}
}  // namespace
}  // namespace engine::test

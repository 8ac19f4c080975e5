// One log, one digest, in every build: g++ and clang, every optimization, with and without
// sanitizers. tools/dev/test runs this in each tier; the expected digest is the same text in all.

#include "engine/base/hex.hpp"
#include "engine/domain/bitcoin/queries.hpp"
#include "engine/fold/fold.hpp"
#include "engine/hash/sha256.hpp"
#include "tests/support/genesis.hpp"
#include "tests/support/memory_state.hpp"

#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
/// Numbers that are the same everywhere (the multiplier of MMIX).
class Dice
{
    std::uint64_t m_state = 1;

public:
    std::uint64_t below(std::uint64_t limit)
    {
        m_state = m_state * 6364136223846793005 + 1442695040888963407;
        return (m_state >> 33) % limit;
    }
};

void digest_number(Sha256& digest, std::uint64_t number)
{
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < 8; ++i)
        bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    digest.update(bytes);
}

void digest_row(Sha256& digest, const std::optional<ByteView>& row)
{
    digest_number(digest, row ? row->size() + 1 : 0);
    if (row)
        digest.update(*row);
}

void digest_outcome(Sha256& digest, const Outcome& outcome)
{
    digest_number(digest, outcome.verdict.code());
    digest_number(digest, static_cast<std::uint64_t>(outcome.fate));
    for (std::size_t i = 0; i < outcome.changes.size(); ++i)
    {
        digest_number(digest, outcome.changes[i].table.value);
        digest_row(digest, outcome.changes[i].key);
        digest_row(digest, outcome.changes[i].before);
        digest_row(digest, outcome.changes[i].after);
    }
    for (const auto& effect : outcome.effects)
        digest.update(effect.id);
}

/// A chain with forks and peg-ins, told out of order and twice, among probe commands.
class FixedLog
{
    Dice m_dice;
    MemoryState m_state;
    Chain m_chain;
    std::vector<BlockHash> m_tips{m_chain.genesis()};
    std::vector<bitcoin::Event> m_facts;
    Context m_context;
    Sha256 m_digest;
    std::uint64_t m_sequence = 0;
    std::uint32_t m_coins = 0;
    int m_applied = 0;

public:
    FixedLog()
    {
        m_context.genesis = GenesisId{{9}};
        m_context.time = kLogTime;
        fold_next({EngineAuthor{}, regtest_genesis(kLogTime)});
    }

    void go_on()
    {
        switch (m_dice.below(8))
        {
            case 0:
                return open_block();
            case 1:
            case 2:
                return command();
            default:
                return fold_next(fact());
        }
    }

    /// How many events entered the log and did what they say.
    int applied() const { return m_applied; }

    std::string digest() { return to_hex(m_digest.finish().bytes); }

private:
    void open_block()
    {
        ++m_context.place.height.value;
        m_context.place.index = 0;
        m_context.time.value += static_cast<std::int64_t>(m_dice.below(600'000));
        fold_next({EngineAuthor{}, BlockOpened{}});
    }

    void fold_next(const Event& event)
    {
        m_context.event = EventHash{};
        m_context.event.bytes[0] = static_cast<std::uint8_t>(m_sequence);
        m_context.bytes = 100;
        Outcome outcome;
        fold(m_state, m_context, event, outcome);
        digest_outcome(m_digest, outcome);
        m_state.apply(outcome.changes);
        m_applied += outcome.fate == Fate::applied ? 1 : 0;
        if (enters_the_log(outcome.fate))
            ++m_context.place.index;
    }

    void command()
    {
        // One after the other: compilers differ in the order of arguments.
        const auto amount = m_dice.below(3);
        const auto number = m_dice.below(40);
        fold_next({Authorization{public_key(key_of(kOperatorKey)), ++m_sequence,
                       LogTime{m_context.time.value + 1}, {}},
            probe_of(number, amount)});
    }

    Event fact()
    {
        if (m_facts.empty())
            grow_chain();
        const auto i = m_dice.below(std::min<std::uint64_t>(m_facts.size(), 2));
        auto body = m_facts[i];
        if (m_dice.below(5) != 0)  // Sometimes it is told again later.
            m_facts.erase(m_facts.begin() + static_cast<std::ptrdiff_t>(i));
        return {Origin{kBitcoinSource, 0, {}, {}}, std::move(body)};
    }

    void grow_chain()
    {
        auto watch = bitcoin::watch_list(m_state);
        std::vector<btc::Transaction> transactions;
        if (m_dice.below(2) == 0)
        {
            ++m_coins;
            transactions.push_back(peg_in(
                coin(m_coins), 5'000, test_principal(static_cast<std::uint8_t>(m_coins % 3))));
        }
        const auto block =
            m_chain.mine(m_tips[m_dice.below(m_tips.size())], std::move(transactions));
        m_tips.push_back(block);
        if (m_tips.size() > 3)
            m_tips.erase(m_tips.begin());
        for (auto& fact : facts_of(m_chain.at(block), watch))
            m_facts.push_back(std::move(fact));
    }
};

TEST(Digest, IsTheSameInEveryBuild)
{
    FixedLog log;
    for (int i = 0; i < 2'000; ++i)
        log.go_on();
    EXPECT_GT(log.applied(), 1'000);
    EXPECT_EQ(log.digest(), "3be24cc4bb1488330a6bead4ee5e54383ad93f4ed6f4962e8f0218b6d5b84cf2");
}
}  // namespace
}  // namespace engine::test

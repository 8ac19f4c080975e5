#include "engine/runtime/ahead.hpp"

#include "engine/domain/probe/attestation.hpp"
#include "engine/domain/probe/rejects.hpp"
#include "engine/domain/probe/state.hpp"
#include "engine/fold/fold.hpp"
#include "tests/support/world.hpp"

#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
constexpr std::uint8_t kAttester = 9;
constexpr std::uint64_t kAccount = 3;

probe::Event attested(std::uint64_t number, std::uint8_t key = kAttester)
{
    const auto probed = std::get<probe::Probed>(probe_of(number, 5));
    probe::Attested event{probed.id, kAccount, probed.amount, {}};
    event.signature = schnorr_sign(key_of(key), probe::attestation_message(event).bytes, {});
    return event;
}

/// Counts what it is asked, and can lie.
class Memo final : public ClaimMemo
{
public:
    std::optional<bool> answer;
    mutable int asked = 0;
    int kept = 0;

    std::optional<bool> find(const Hash256&) const override
    {
        ++asked;
        return answer;
    }
    void keep(const Hash256&, bool) override { ++kept; }
};

class AheadTest : public ::testing::Test
{
protected:
    const std::vector<TableInfo> tables = Modules::tables();
    LiveState state{tables};
    Context context;

    void SetUp() override
    {
        put({EngineAuthor{}, regtest_genesis(kLogTime)});
        context.place.height = LogHeight{1};
        context.time = kLogTime;
        context.event.bytes[0] = 1;
        put({Authorization{public_key(key_of(kOperatorKey)), 1, kLogTime, {}},
            probe::Event{probe::AttesterSet{kAccount, public_key(key_of(kAttester))}}});
    }

    void put(const Event& event)
    {
        const auto outcome = fold(state, context, event);
        ASSERT_TRUE(outcome.verdict.accepted()) << outcome.verdict.name();
        state.apply(outcome.changes);
    }

    Verdict verdict_of(const probe::Event& event, ClaimMemo* memo)
    {
        Outcome outcome;
        fold(state, context, {Origin{kTrustedSource, 0, {}, {}}, event}, outcome, memo);
        return outcome.verdict;
    }

    static std::vector<CheckedEvent> checked(const probe::Event& event)
    {
        std::vector<CheckedEvent> out;
        out.push_back({{}, {}, Event{Origin{kTrustedSource, 0, {}, {}}, event}});
        return out;
    }
};

TEST_F(AheadTest, AClaimIsCheckedInPlaceWithoutAMemo)
{
    EXPECT_EQ(verdict_of(attested(1), nullptr), accepted);
    EXPECT_EQ(verdict_of(attested(1, kOperatorKey), nullptr), Verdict{probe::kNotAttested});
}

TEST_F(AheadTest, AMissIsWorkedOutAndKept)
{
    Memo memo;
    EXPECT_EQ(verdict_of(attested(1), &memo), accepted);
    EXPECT_EQ(memo.asked, 1);
    EXPECT_EQ(memo.kept, 1);
}

TEST_F(AheadTest, AKnownAnswerIsNotWorkedOutAgain)
{
    Memo memo;
    memo.answer = false;  // Wrong, to tell whose word is taken.
    EXPECT_EQ(verdict_of(attested(1), &memo), Verdict{probe::kNotAttested});
    EXPECT_EQ(memo.kept, 0);
}

TEST_F(AheadTest, AnswersAreReadyBeforeTheFoldAsks)
{
    ClaimCache cache;
    Ahead ahead{state, cache, checked(attested(1))};
    EXPECT_FALSE(ahead.is_nothing());
    struct NoRows final : RowSource
    {
        bool get(TableId, ByteView, Bytes&) const override { return false; }
        void scan(TableId, ByteView, RowVisitor) const override {}
    };
    ahead.work(NoRows{});
    ahead.keep_in(cache);
    EXPECT_EQ(cache.size(), 1U);
    EXPECT_EQ(verdict_of(attested(1), &cache), accepted);
    EXPECT_EQ(cache.size(), 1U);  // The fold asked for what was ready.
    EXPECT_TRUE((Ahead{state, cache, checked(attested(1))}.is_nothing()));
}

TEST_F(AheadTest, EveryInputOfAClaimIsInItsId)
{
    const probe::SignedBy claim{public_key(key_of(1)), Hash256{{2}}, Signature{{3}}};
    auto key = claim;
    key.key.bytes[31] ^= 1;
    auto message = claim;
    message.message.bytes[31] ^= 1;
    auto signature = claim;
    signature.signature.bytes[63] ^= 1;
    EXPECT_NE(claim.id(), key.id());
    EXPECT_NE(claim.id(), message.id());
    EXPECT_NE(claim.id(), signature.id());
}

TEST_F(AheadTest, TheOldestAnswersAreForgotten)
{
    ClaimCache cache{2};
    cache.keep(Hash256{{1}}, true);
    cache.keep(Hash256{{2}}, false);
    cache.keep(Hash256{{2}}, false);
    cache.keep(Hash256{{3}}, true);
    EXPECT_EQ(cache.find(Hash256{{1}}), std::nullopt);
    EXPECT_EQ(cache.find(Hash256{{2}}), false);
    EXPECT_EQ(cache.find(Hash256{{3}}), true);
}

TEST_F(AheadTest, RowsThatAreNotInMemoryAreReadOnce)
{
    struct Rows final : RowSource
    {
        mutable std::vector<TableId> asked;
        bool get(TableId table, ByteView, Bytes&) const override
        {
            asked.push_back(table);
            return false;
        }
        void scan(TableId, ByteView, RowVisitor) const override {}
    };
    Rows rows;
    const LiveState cold{tables, &rows, {}};
    ClaimCache cache;
    Ahead ahead{cold, cache, checked(probe_of(1))};
    EXPECT_TRUE(rows.asked.empty());  // The folding thread waits for none.
    ahead.work(rows);
    EXPECT_EQ(
        rows.asked, (std::vector{access::kSources.id, probe::kAccounts.id, probe::kSeenIds.id}));
    EXPECT_TRUE((Ahead{state, cache, checked(probe_of(1))}.is_nothing()));  // All in memory.
}

TEST(Attestations, AreCountedByARunningNode)
{
    World world;
    world.start();
    const auto set = command(world.genesis_id,
        probe::Event{probe::AttesterSet{kAccount, public_key(key_of(kAttester))}}, 1,
        world.clock.now());
    using Status = Receipt::Status;
    EXPECT_EQ(world.submit_one(set, Door::callers).status, Status::applied);
    const auto receipts =
        world.submit({observation(attested(1), 0), observation(attested(1), 1),
                         observation(attested(2, kOperatorKey), 2), observation(attested(2), 3)},
            Door::sources);
    ASSERT_EQ(receipts.size(), 4U);
    EXPECT_EQ(receipts[0].status, Status::applied);
    EXPECT_EQ(receipts[1].verdict.name(), "probe-seen");
    EXPECT_EQ(receipts[2].verdict.name(), "probe-not-attested");
    EXPECT_EQ(receipts[2].status, Status::ignored);
    EXPECT_EQ(receipts[3].status, Status::applied);
}
}  // namespace
}  // namespace engine::test

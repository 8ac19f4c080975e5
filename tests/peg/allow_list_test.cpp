#include "engine/core/deadlines.hpp"
#include "tests/peg/fixture.hpp"

namespace engine::test
{
namespace
{
class PegAllowList : public PegTest
{
protected:
    static constexpr LogTime kSoon{kLogTime.value + 1'000};

    const peg::Principal recipient = test_principal(1);
    const btc::Transaction good = peg_in(coin(1), 5'000, recipient);

    void SetUp() override
    {
        auto listed = genesis();
        listed.allow_list_only = true;
        start(listed);
    }

    Verdict allow(const peg::Principal& who, LogTime until = {})
    {
        return (*rules)(peg::RecipientAllowed{who, until});
    }
    void credit() { add_empty(add(chain.genesis(), {good}), 2); }

    std::size_t deadlines() const
    {
        std::size_t count = 0;
        for_each(rules->state(), kDeadlines, [&](const DeadlineKey&, const Present&) {
            ++count;
            return true;
        });
        return count;
    }
};

TEST_F(PegAllowList, WhoIsNotOnItIsNeverCreditedAndLaterPermissionDoesNotHelp)
{
    credit();
    EXPECT_EQ(reason(good), peg::kNotAllowed.code);
    EXPECT_EQ(allow(recipient), accepted);
    add(bitcoin::tip(rules->state()).block);
    EXPECT_EQ(state(good), State::ignored);
    EXPECT_EQ(mints(), 0u);
}

TEST_F(PegAllowList, WhoIsOnItAtTheCreditIsCredited)
{
    const auto block = add_empty(add(chain.genesis(), {good}), 1);
    EXPECT_EQ(allow(recipient), accepted);
    add(block);
    EXPECT_EQ(state(good), State::credited);
}

TEST_F(PegAllowList, AContractIsNotItsOwner)
{
    EXPECT_EQ(allow(test_principal(1, "vault")), accepted);
    credit();
    EXPECT_EQ(reason(good), peg::kNotAllowed.code);
}

TEST_F(PegAllowList, AnAllowanceEndsAtItsTimeEvenIfItsDeadlineWasNotTaken)
{
    EXPECT_EQ(allow(recipient, kSoon), accepted);
    const auto block = add_empty(add(chain.genesis(), {good}), 1);
    rules->context().time = kSoon;
    EXPECT_TRUE(contains(rules->state(), peg::kAllowed, recipient));
    add(block);
    EXPECT_EQ(reason(good), peg::kNotAllowed.code);
    EXPECT_EQ((*rules)(peg::RecipientRemoved{recipient}), Verdict{peg::kNotOnList});
}

TEST_F(PegAllowList, AMillisecondEarlierItStillCounts)
{
    EXPECT_EQ(allow(recipient, kSoon), accepted);
    const auto block = add_empty(add(chain.genesis(), {good}), 1);
    rules->context().time = LogTime{kSoon.value - 1};
    add(block);
    EXPECT_EQ(state(good), State::credited);
}

TEST_F(PegAllowList, TheDeadlineRemovesTheRowUnlessItWasProlonged)
{
    EXPECT_EQ(allow(recipient, kSoon), accepted);
    EXPECT_EQ(deadlines(), 1u);
    const auto on_deadline = [&](Step& step) {
        peg::on_deadline(step, peg::kAllowed.id, encode_key(recipient));
        return accepted;
    };
    rules->run(on_deadline).accepted();
    EXPECT_TRUE(contains(rules->state(), peg::kAllowed, recipient));
    rules->context().time = kSoon;
    rules->run(on_deadline).accepted();
    EXPECT_FALSE(contains(rules->state(), peg::kAllowed, recipient));
}

TEST_F(PegAllowList, OneRecipientHasOneDeadline)
{
    EXPECT_EQ(allow(recipient, kSoon), accepted);
    EXPECT_EQ(allow(recipient, LogTime{kSoon.value + 1}), accepted);
    EXPECT_EQ(deadlines(), 1u);
    EXPECT_EQ(allow(recipient), accepted);
    EXPECT_EQ(deadlines(), 0u);
    EXPECT_EQ(allow(recipient, kSoon), accepted);
    EXPECT_EQ((*rules)(peg::RecipientRemoved{recipient}), accepted);
    EXPECT_EQ(deadlines(), 0u);
    EXPECT_FALSE(contains(rules->state(), peg::kAllowed, recipient));
}

TEST_F(PegAllowList, CommandsAreRefusedInThisOrder)
{
    auto foreign = recipient;
    foreign.version = 22;
    EXPECT_EQ(allow(foreign, kLogTime), Verdict{peg::kBadPrincipal});
    auto bad_name = test_principal(1, "1");
    EXPECT_EQ(allow(bad_name), Verdict{peg::kBadPrincipal});
    EXPECT_EQ(allow(recipient, kLogTime), Verdict{peg::kUntilInPast});
    EXPECT_EQ(allow(recipient, LogTime{-1}), Verdict{peg::kUntilInPast});
    EXPECT_EQ(allow(recipient, LogTime{kLogTime.value + 1}), accepted);
    EXPECT_EQ((*rules)(peg::RecipientRemoved{test_principal(2)}), Verdict{peg::kNotOnList});
}
}  // namespace
}  // namespace engine::test

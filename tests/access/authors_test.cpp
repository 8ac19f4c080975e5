// What an author's events leave behind: sequences, places, positions, rates.

#include "engine/codec/validate.hpp"
#include "engine/domain/access/module.hpp"
#include "engine/domain/access/queries.hpp"
#include "engine/domain/probe/rejects.hpp"
#include "tests/access/fold_alone.hpp"

#include <gtest/gtest.h>

namespace engine::test
{
namespace
{
using access::OperatorAdded;
using access::OperatorRemoved;

class AccessAuthors : public testing::Test
{
protected:
    FoldAlone fold{access_genesis()};

    access::Operator row_of(std::uint8_t key)
    {
        return *find(fold.state(), access::kOperators, public_key_of(key));
    }
    static Event add(std::uint8_t key, std::uint64_t sequence)
    {
        return command_of(access::Event{OperatorAdded{public_key_of(key)}}, sequence);
    }
    static Event remove(
        std::uint8_t key, std::uint64_t sequence, std::uint8_t author = kOperatorKey)
    {
        return command_of(access::Event{OperatorRemoved{public_key_of(key)}}, sequence,
            LogTime{kLogTime.value + 60'000}, author);
    }
    static Event probe_by(std::uint8_t key, std::uint64_t sequence)
    {
        return command_of(probe_of(sequence), sequence, LogTime{kLogTime.value + 60'000}, key);
    }
    static Event told(std::uint64_t position, std::uint64_t number)
    {
        return said_by(kTrustedSource, position, probe_of(number));
    }
    std::optional<EventPlace> place_of(const Event& event)
    {
        return access::place_of(fold.state(), std::get<Authorization>(event.author).key,
            event_hash(encode_event(event)));
    }
};

// Commands.

TEST_F(AccessAuthors, TheLastCommandAgainIsADuplicateWhosePlaceIsKnown)
{
    const auto place = fold.context.place;
    const auto event = probe_by(kOperatorKey, 4);
    fold.after(event);
    EXPECT_EQ(fold(event).verdict, Verdict{kDuplicate});
    EXPECT_EQ(place_of(event), place);
    EXPECT_EQ(row_of(kOperatorKey).sequence, 4u);
}

TEST_F(AccessAuthors, ItIsADuplicateEvenWhenItHasExpiredSince)
{
    const auto event = probe_by(kOperatorKey, 4);
    fold.after(event).at(LogTime{kLogTime.value + 60'001});
    EXPECT_EQ(fold(event).verdict, Verdict{kDuplicate});
}

TEST_F(AccessAuthors, AnOlderCommandAgainIsStaleAndItsPlaceForgotten)
{
    const auto first = probe_by(kOperatorKey, 4);
    fold.after(first).after(probe_by(kOperatorKey, 5));
    EXPECT_EQ(fold(first).verdict, Verdict{access::kStaleSequence});
    EXPECT_EQ(place_of(first), std::nullopt);
}

TEST_F(AccessAuthors, ARefusedCommandLeavesItsSequenceToAnother)
{
    fold.after(probe_by(kOperatorKey, 4));
    EXPECT_EQ(fold(command_of(probe_of(4), 5)).verdict, Verdict{probe::kSeen});
    EXPECT_EQ(fold(command_of(probe_of(6), 5)).verdict, accepted);
}

TEST_F(AccessAuthors, EachKeyHasASequenceOfItsOwn)
{
    fold.after(add(8, 9)).after(probe_by(8, 1));
    EXPECT_EQ(row_of(8).sequence, 1u);
    EXPECT_EQ(row_of(kOperatorKey).sequence, 9u);
}

TEST_F(AccessAuthors, WhoRemovesHimselfHasNoRightsAfterwardsAndStillHearsOfHisLastCommand)
{
    const auto last = remove(8, 1, 8);
    fold.after(add(8, 1)).after(last);
    EXPECT_FALSE(row_of(8).active);
    EXPECT_EQ(row_of(8).sequence, 1u);
    EXPECT_EQ(fold(last).verdict, Verdict{kDuplicate});
    EXPECT_EQ(fold(probe_by(8, 2)).verdict, Verdict{access::kUnknownKey});
}

TEST_F(AccessAuthors, WhoComesBackCannotHaveHisOldCommandsPlayedAgain)
{
    fold.after(add(8, 1)).after(probe_by(8, 5)).after(remove(8, 2)).after(add(8, 3));
    EXPECT_EQ(fold(command_of(probe_of(99), 5, LogTime{kLogTime.value + 1}, 8)).verdict,
        Verdict{access::kStaleSequence});
    EXPECT_EQ(fold(probe_by(8, 6)).verdict, accepted);
}

TEST_F(AccessAuthors, OperatorsAreCountedAsTheyComeAndGo)
{
    const auto expect_count = [&](std::uint32_t count) {
        EXPECT_EQ(get(fold.state(), access::kParameters).operators, count);
        EXPECT_EQ(access::operators_are_counted(fold.state()), std::nullopt);
    };
    expect_count(1);
    fold.after(add(8, 1));
    expect_count(2);
    fold.after(remove(kOperatorKey, 2));
    expect_count(1);
    EXPECT_EQ(fold(remove(8, 1, 8)).verdict, Verdict{access::kLastOperator});
    expect_count(1);
    EXPECT_TRUE(row_of(8).active);
}

// Observations.

TEST_F(AccessAuthors, AnIgnoredObservationMovesItsSourceAndNothingElse)
{
    fold.after(told(0, 7));
    const auto outcome = fold(told(1, 7));
    EXPECT_EQ(outcome.verdict, Verdict{probe::kSeen});
    EXPECT_EQ(outcome.fate, Fate::ignored);
    ASSERT_EQ(outcome.changes.size(), 1u);
    EXPECT_EQ(outcome.changes[0].table, access::kSources.id);
    EXPECT_EQ(fold.source(kTrustedSource).next_position, 2u);
    EXPECT_EQ(fold.source(kTrustedSource).events, 2u);
    EXPECT_EQ(fold.source(kTrustedSource).bytes, 200u);
}

TEST_F(AccessAuthors, ASourceWhoseSecondIsSpentLeavesTheOthersTheirs)
{
    for (std::uint64_t i = 0; i < kEventsPerSecond; ++i)
        fold.after(told(i, i));
    EXPECT_EQ(fold(told(3, 3)).verdict, Verdict{kOverRate});
    fold.after(said_by(kSignedSource, 0, probe_of(50), public_key_of(kSourceKey)));
    fold.after(probe_by(kOperatorKey, 60));
    EXPECT_EQ(fold.source(kTrustedSource).next_position, kEventsPerSecond);
}

TEST_F(AccessAuthors, TheNextSecondBeginsWithNothingSpent)
{
    fold.with_bytes(kBytesPerSecond, told(0, 0));
    fold.at(LogTime{kLogTime.value + 1'000});
    EXPECT_EQ(fold.with_bytes(kBytesPerSecond, told(1, 1)).verdict, accepted);
    EXPECT_EQ(fold.source(kTrustedSource).events, 1u);
    EXPECT_EQ(fold.source(kTrustedSource).bytes, kBytesPerSecond);
}

TEST_F(AccessAuthors, ASecondIsOneOfTheLogAndNotASecondSinceTheFirstEvent)
{
    fold.at(LogTime{kLogTime.value + 999});
    for (std::uint64_t i = 0; i < kEventsPerSecond; ++i)
        fold.after(told(i, i));
    fold.at(LogTime{kLogTime.value + 1'000}).after(told(3, 3));
}

TEST_F(AccessAuthors, WhatBitcoinProvesHasNoPositions)
{
    const auto seen = [&](std::uint64_t position, const BlockHash& block, Chain& chain) {
        return fold(
            said_by(kBitcoinSource, position, bitcoin::Event{header_seen(chain.at(block))}));
    };
    Chain chain;
    const auto first = chain.mine(chain.genesis());
    EXPECT_EQ(seen(0, first, chain).verdict, accepted);
    EXPECT_EQ(seen(0, chain.mine(first), chain).verdict, accepted);
    EXPECT_EQ(seen(0, first, chain).verdict, Verdict{kDuplicate});  // Identity is content.
    EXPECT_EQ(fold.source(kBitcoinSource).next_position, 0u);
    EXPECT_EQ(fold.source(kBitcoinSource).events, 2u);
}

// A source that an operator declares.

TEST_F(AccessAuthors, ADeclaredSourceSpeaksFromPositionZeroAndByItsKeyAlone)
{
    constexpr access::SourceId kDeclared{7};
    fold.after(command_of(access::Event{access::SourceDeclared{signed_source(kDeclared)}}, 1));
    const auto key = public_key_of(kSourceKey);
    EXPECT_EQ(fold(said_by(kDeclared, 1, probe_of(1), key)).verdict, Verdict{kGap});
    EXPECT_EQ(fold(said_by(kDeclared, 0, probe_of(1), public_key_of(kOtherKey))).verdict,
        Verdict{access::kWrongSourceKey});
    EXPECT_EQ(fold.source(kDeclared).next_position, 0u);
    EXPECT_EQ(fold(said_by(kDeclared, 0, probe_of(1), key)).verdict, accepted);
    EXPECT_EQ(fold.source(kDeclared).next_position, 1u);
}

TEST_F(AccessAuthors, TheDoorLetsNobodySpeakInTheNameOfAKey)
{
    const auto genesis = access_genesis();
    const Constants constants{genesis, fold.context.genesis};
    const auto signed_with = [&](std::uint8_t signer) {
        auto event = said_by(kSignedSource, 0, probe_of(1), public_key_of(kSourceKey));
        const auto message = command_message(fold.context.genesis, event);
        std::get<Origin>(event.author).signature = schnorr_sign(key_of(signer), message.bytes, {});
        return event;
    };
    EXPECT_EQ(validate(constants, RulesVersion{1}, signed_with(kSourceKey)), std::nullopt);
    EXPECT_NE(validate(constants, RulesVersion{1}, signed_with(kOtherKey)), std::nullopt);
    auto moved = signed_with(kSourceKey);
    std::get<Origin>(moved.author).position = 1;
    EXPECT_NE(validate(constants, RulesVersion{1}, moved), std::nullopt);
}
}  // namespace
}  // namespace engine::test

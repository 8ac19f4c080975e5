#include "tests/access/refusals.hpp"

namespace engine::test
{
namespace
{
using access::OperatorAdded;
using access::OperatorRemoved;

Body added(std::uint8_t key)
{
    return access::Event{OperatorAdded{public_key_of(key)}};
}
Body removed(std::uint8_t key)
{
    return access::Event{OperatorRemoved{public_key_of(key)}};
}
Body probe(std::uint64_t number)
{
    return probe_of(number);
}

LogTime from_now(std::int64_t ms)
{
    return LogTime{kLogTime.value + ms};
}

Attempt one(Event event)
{
    return [event = std::move(event)](FoldAlone& fold) { return fold(event); };
}

std::vector<Refusal> wrong_authors()
{
    const Body header{bitcoin::Event{bitcoin::HeaderSeen{}}};
    const auto passed_admission = [](Event event) -> Attempt {
        // What it says is worthless; that it was looked at is what counts.
        return [event = std::move(event)](FoldAlone& fold) {
            auto outcome = fold(event);
            if (!(outcome.verdict == Verdict{access::kAuthorNotAllowed}))
                outcome.verdict = accepted;
            return outcome;
        };
    };
    return {
        {access::kAuthorNotAllowed, "the engine orders nothing", one({EngineAuthor{}, added(8)}),
            one(command_of(added(8), 1))},
        {access::kAuthorNotAllowed, "a source orders nothing",
            one(said_by(kTrustedSource, 0, added(8))), one(said_by(kTrustedSource, 0, probe(1)))},
        {access::kAuthorNotAllowed, "an operator opens no block",
            [](FoldAlone& fold) {
                fold.context.place.index = 0;
                return fold(command_of(BlockOpened{}, 1));
            },
            [](FoldAlone& fold) {
                fold.context.place.index = 0;
                return fold({EngineAuthor{}, BlockOpened{}});
            }},
        {access::kAuthorNotAllowed, "what Bitcoin proves isn't taken from a source on trust",
            one(said_by(kTrustedSource, 0, header)),
            passed_admission(said_by(kBitcoinSource, 0, header))},
        {access::kAuthorNotAllowed, "Bitcoin proves no probe",
            one(said_by(kBitcoinSource, 0, probe(1))), one(said_by(kTrustedSource, 0, probe(1)))},
    };
}

std::vector<Refusal> wrong_commands()
{
    const auto by = [](std::uint8_t key, std::uint64_t sequence) {
        return command_of(probe(sequence), sequence, from_now(1), key);
    };
    return {
        {access::kUnknownKey, "nobody's key", one(by(8, 1)),
            [=](FoldAlone& fold) { return fold.after(command_of(added(8), 1))(by(8, 1)); }},
        {access::kUnknownKey, "a removed operator's key",
            [=](FoldAlone& fold) {
                return fold.after(command_of(added(8), 1))
                    .after(command_of(removed(8), 2))(by(8, 1));
            },
            [=](FoldAlone& fold) {
                return fold.after(command_of(added(8), 1))
                    .after(command_of(removed(8), 2))
                    .after(command_of(added(8), 3))(by(8, 1));
            }},
        {access::kStaleSequence, "zero is never greater than the last", one(by(kOperatorKey, 0)),
            one(by(kOperatorKey, 1))},
        {access::kStaleSequence, "the last sequence again, of another command",
            [=](FoldAlone& fold) {
                return fold.after(by(kOperatorKey, 5))(command_of(probe(9), 5));
            },
            [=](FoldAlone& fold) {
                return fold.after(by(kOperatorKey, 5))(command_of(probe(9), 6));
            }},
        {access::kStaleSequence, "below the last",
            [=](FoldAlone& fold) {
                return fold.after(by(kOperatorKey, 5))(command_of(probe(9), 4));
            },
            [=](FoldAlone& fold) {
                return fold.after(by(kOperatorKey, 5))(command_of(probe(9), UINT64_MAX));
            }},
        {access::kExpired, "a millisecond ago", one(command_of(probe(1), 1, from_now(-1))),
            one(command_of(probe(1), 1, from_now(0)))},
        {access::kExpiryTooFar, "ten minutes and a millisecond ahead",
            one(command_of(probe(1), 1, from_now(600'001))),
            one(command_of(probe(1), 1, from_now(600'000)))},
        {access::kExpiryTooFar, "as far as a number goes",
            one(command_of(probe(1), 1, LogTime{INT64_MAX})),
            one(command_of(probe(1), 1, from_now(599'999)))},
    };
}

std::vector<Refusal> wrong_origins()
{
    const auto key = public_key_of(kSourceKey);
    const auto other = public_key_of(kOtherKey);
    const access::SourceId unknown{9};
    return {
        {access::kUnknownSource, "nobody declared it", one(said_by(unknown, 0, probe(1), key)),
            [=](FoldAlone& fold) {
                return fold.after(
                    command_of(access::Event{access::SourceDeclared{signed_source(unknown)}}, 1))(
                    said_by(unknown, 0, probe(1), key));
            }},
        {access::kWrongSourceKey, "another key than the source's",
            one(said_by(kSignedSource, 0, probe(1), other)),
            one(said_by(kSignedSource, 0, probe(1), key))},
        {access::kWrongSourceKey, "no key where the source has one",
            one(said_by(kSignedSource, 0, probe(1))),
            one(said_by(kSignedSource, 0, probe(1), key))},
        {access::kWrongSourceKey, "a key where the source has none",
            one(said_by(kTrustedSource, 0, probe(1), key)),
            one(said_by(kTrustedSource, 0, probe(1)))},
    };
}

void append(std::vector<Refusal>& all, std::vector<Refusal> more)
{
    std::move(more.begin(), more.end(), std::back_inserter(all));
}
}  // namespace

std::vector<Refusal> refusals_of_authors()
{
    auto all = wrong_authors();
    append(all, wrong_commands());
    append(all, wrong_origins());
    return all;
}

std::vector<Refusal> what_stays_outside()
{
    const auto trusted = [](std::uint64_t position) {
        return said_by(kTrustedSource, position, probe(position));
    };
    const auto spent = [=](FoldAlone& fold) -> FoldAlone& {
        for (std::uint64_t i = 0; i < kEventsPerSecond - 1; ++i)
            fold.after(trusted(i));
        return fold;
    };
    constexpr auto kLast = kEventsPerSecond - 1;
    const Event order = command_of(probe(77), 1);
    return {
        {kDuplicate, "the operator's last command again",
            [=](FoldAlone& fold) { return fold.after(order)(order); }, one(order)},
        {kDuplicate, "below the source's next position",
            [=](FoldAlone& fold) { return fold.after(trusted(0))(trusted(0)); },
            [=](FoldAlone& fold) { return fold.after(trusted(0))(trusted(1)); }},
        {kGap, "above the source's next position",
            [=](FoldAlone& fold) { return fold.after(trusted(0))(trusted(2)); },
            [=](FoldAlone& fold) { return fold.after(trusted(0))(trusted(1)); }},
        {kOverRate, "one event more than a second has",
            [=](FoldAlone& fold) { return spent(fold).after(trusted(kLast))(trusted(kLast + 1)); },
            [=](FoldAlone& fold) { return spent(fold)(trusted(kLast)); }},
        {kOverRate, "the last millisecond of the second still counts to it",
            [=](FoldAlone& fold) {
                return spent(fold).after(trusted(kLast)).at(from_now(999))(trusted(kLast + 1));
            },
            [=](FoldAlone& fold) {
                return spent(fold).after(trusted(kLast)).at(from_now(1'000))(trusted(kLast + 1));
            }},
        {kOverRate, "one byte more than a second has",
            [=](FoldAlone& fold) {
                fold.with_bytes(1, trusted(0));
                return fold.with_bytes(kBytesPerSecond, trusted(1));
            },
            [=](FoldAlone& fold) {
                fold.with_bytes(1, trusted(0));
                return fold.with_bytes(kBytesPerSecond - 1, trusted(1));
            }},
        {kOverRate, "behind one that has more bytes than a second: that passes alone",
            [=](FoldAlone& fold) {
                fold.with_bytes(UINT32_MAX, trusted(0));
                return fold.with_bytes(1, trusted(1));
            },
            [=](FoldAlone& fold) { return fold.with_bytes(UINT32_MAX, trusted(0)); }},
    };
}
}  // namespace engine::test

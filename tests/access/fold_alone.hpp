#pragma once

#include "engine/codec/codec.hpp"
#include "engine/domain/access/rejects.hpp"
#include "engine/domain/access/state.hpp"
#include "engine/fold/fold.hpp"
#include "tests/support/genesis.hpp"
#include "tests/support/memory_state.hpp"

#include <stdexcept>
#include <utility>

namespace engine::test
{
inline constexpr access::SourceId kSignedSource{3};
inline constexpr std::uint8_t kSourceKey = 21;
inline constexpr std::uint8_t kOtherKey = 22;
inline constexpr std::uint32_t kEventsPerSecond = 3;
inline constexpr std::uint32_t kBytesPerSecond = 1'000;

inline PublicKey public_key_of(std::uint8_t number)
{
    return public_key(key_of(number));
}

inline access::SourceDeclaration signed_source(access::SourceId id)
{
    return {id, "relay", access::SourceProof::key, public_key_of(kSourceKey), kEventsPerSecond,
        kBytesPerSecond};
}

/// One operator, and a source of each kind; those with positions have small rates.
inline Genesis access_genesis()
{
    auto genesis = regtest_genesis(kLogTime);
    auto& sources = std::get<access::Genesis>(genesis.modules).sources;
    sources.back().events_per_second = kEventsPerSecond;
    sources.back().bytes_per_second = kBytesPerSecond;
    sources.push_back(signed_source(kSignedSource));
    return genesis;
}

/// The access part of a genesis, to be changed.
inline access::Genesis& access_of(Genesis& genesis)
{
    return std::get<access::Genesis>(genesis.modules);
}

/// A command that is good at kLogTime. Signatures are checked at the door, not here.
inline Event command_of(Body body, std::uint64_t sequence,
    LogTime expiry = LogTime{kLogTime.value + 60'000}, std::uint8_t key = kOperatorKey)
{
    return {Authorization{public_key_of(key), sequence, expiry, {}}, std::move(body)};
}

inline Event said_by(
    access::SourceId source, std::uint64_t position, Body body, const PublicKey& key = {})
{
    return {Origin{source, position, key, {}}, std::move(body)};
}

/// The fold on a state in memory, without doors, blocks and disk. Whatever is not set by a test
/// stays as it is: the time is kLogTime, an event has 100 bytes, each has a place of its own.
class FoldAlone
{
    MemoryState m_state;

public:
    Context context{
        .genesis = GenesisId{{9}}, .place = {}, .time = kLogTime, .event = {}, .bytes = 100};

    FoldAlone() = default;
    explicit FoldAlone(const Genesis& genesis) { must(begin(genesis)); }

    /// Folds a genesis event at its place.
    Outcome begin(const Genesis& genesis)
    {
        context.place = {};
        const auto outcome = (*this)({EngineAuthor{}, genesis});
        context.place = {LogHeight{10}, 1};
        return outcome;
    }

    /// Folds an event and applies what it did.
    Outcome operator()(const Event& event)
    {
        context.event = event_hash(encode_event(event));
        auto outcome = fold(m_state, context, event);
        m_state.apply(outcome.changes);
        if (enters_the_log(outcome.fate))
            ++context.place.index;
        return outcome;
    }

    /// The same of an event that has so many bytes.
    Outcome with_bytes(std::uint32_t bytes, const Event& event)
    {
        const auto usual = std::exchange(context.bytes, bytes);
        auto outcome = (*this)(event);
        context.bytes = usual;
        return outcome;
    }

    /// For what a test needs before it begins.
    FoldAlone& after(const Event& event)
    {
        must((*this)(event));
        return *this;
    }
    FoldAlone& at(LogTime time)
    {
        context.time = time;
        return *this;
    }

    MemoryState& state() noexcept { return m_state; }
    access::Source source(access::SourceId id) const
    {
        return *find(m_state, access::kSources, id);
    }

private:
    static void must(const Outcome& outcome)
    {
        if (outcome.fate != Fate::applied)
            throw std::logic_error{"not applied: " + std::string{outcome.verdict.name()}};
    }
};
}  // namespace engine::test

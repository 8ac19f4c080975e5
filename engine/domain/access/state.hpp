#pragma once

#include "engine/core/table.hpp"
#include "engine/domain/access/events.hpp"

namespace engine::access
{
struct Parameters
{
    PublicKey sequencer;
    std::int64_t clock_jump_max_ms = 0;
    LogTime clock_jump_until;     ///< An operator let the clock go this far.
    std::uint32_t operators = 0;  ///< How many there are.

    static constexpr auto describe()
    {
        using P = Parameters;
        return fields(field("sequencer", &P::sequencer),
            field("clock_jump_max_ms", &P::clock_jump_max_ms),
            field("clock_jump_until", &P::clock_jump_until), field("operators", &P::operators));
    }
    friend bool operator==(const Parameters&, const Parameters&) = default;
};

/// A key that may author commands, and its last one: so that the same command again is answered
/// with the place of the first.
struct Operator
{
    std::uint64_t sequence = 0;
    EventHash last;
    EventPlace place;
    bool active = false;  ///< False: removed. The row stays, and with it the sequence.

    static constexpr auto describe()
    {
        using O = Operator;
        return fields(field("sequence", &O::sequence), field("last", &O::last),
            field("place", &O::place), field("active", &O::active));
    }
    friend bool operator==(const Operator&, const Operator&) = default;
};

struct Source
{
    SourceDeclaration declaration;
    std::uint64_t next_position = 0;
    std::int64_t second = 0;  ///< The second of log time that the counts below belong to.
    std::uint32_t events = 0;
    std::uint32_t bytes = 0;

    static constexpr auto describe()
    {
        using S = Source;
        return fields(field("declaration", &S::declaration),
            field("next_position", &S::next_position), field("second", &S::second),
            field("events", &S::events), field("bytes", &S::bytes));
    }
    friend bool operator==(const Source&, const Source&) = default;
};

struct Rules
{
    RulesVersion version;

    static constexpr auto describe() { return fields(field("version", &Rules::version)); }
    friend bool operator==(const Rules&, const Rules&) = default;
};

inline constexpr Cell<Parameters> kParameters{TableId{0x0101}, "access.parameters"};
inline constexpr HashTable<PublicKey, Operator> kOperators{TableId{0x0102}, "access.operators"};
inline constexpr HashTable<SourceId, Source> kSources{TableId{0x0103}, "access.sources"};
/// From which height on which rules are in force.
inline constexpr OrderedTable<LogHeight, Rules> kRules{TableId{0x0104}, "access.rules"};

/// How far ahead of the log a command may expire.
inline constexpr std::int64_t kExpiryMaxMs = 600'000;

/// The newest rules that this engine knows.
inline constexpr RulesVersion kNewestRules{2};
}  // namespace engine::access

#pragma once

#include "engine/core/byte_codec.hpp"
#include "engine/core/table.hpp"
#include "engine/domain/outbox/events.hpp"

namespace engine::outbox
{
/// What the outside is asked for. Never renumbered.
enum class EffectKind : std::uint16_t
{
    none = 0,
    mint = 1,    ///< Issue what a credited peg-in stands for. Irrevocable.
    rescan = 2,  ///< Look at old blocks for entries that were added to the watch list later.
};
constexpr bool is_declared(EffectKind kind)
{
    return kind <= EffectKind::rescan;
}
constexpr std::string_view name(EffectKind kind)
{
    switch (kind)
    {
        case EffectKind::none:
            return "none";
        case EffectKind::mint:
            return "mint";
        case EffectKind::rescan:
            return "rescan";
    }
    return "";
}

/// Whether the world can't be put back once the effect has happened.
constexpr bool is_irrevocable(EffectKind kind)
{
    return kind == EffectKind::mint;
}

/// Where an effect stands.
///
///     pending -> taken -> settled
///        |  ^      |
///        |  '------+ failed        withdrawn: while nothing of it is outside, only
///        v         v
///     withdrawn  parked -> pending (an operator)
enum class EffectState : std::uint8_t
{
    pending = 0,
    taken = 1,
    settled = 2,
    withdrawn = 3,
    parked = 4,
};
constexpr bool is_declared(EffectState state)
{
    return state <= EffectState::parked;
}
constexpr std::string_view name(EffectState state)
{
    switch (state)
    {
        case EffectState::pending:
            return "pending";
        case EffectState::taken:
            return "taken";
        case EffectState::settled:
            return "settled";
        case EffectState::withdrawn:
            return "withdrawn";
        case EffectState::parked:
            return "parked";
    }
    return "";
}

struct EffectRow
{
    EffectKind kind = EffectKind::none;
    EffectState state = EffectState::pending;
    EventPlace opened;
    std::uint32_t ordinal = 0;  ///< Among the effects of the event that opened it.
    std::uint32_t attempt = 0;  ///< The last that was taken; 0: none.
    Bytes payload;              ///< What to do, as the module that asked wrote it.
    Bytes taken;                ///< What goes outside, as recorded before the first act.
    Bytes evidence;             ///< What the outside answered.
    std::string reason;         ///< Why the last attempt failed.

    static constexpr auto describe()
    {
        using E = EffectRow;
        return fields(field("kind", &E::kind), field("state", &E::state),
            field("opened", &E::opened), field("ordinal", &E::ordinal),
            field("attempt", &E::attempt), field("payload", &E::payload), field("taken", &E::taken),
            field("evidence", &E::evidence), field("reason", &E::reason));
    }
    friend bool operator==(const EffectRow&, const EffectRow&) = default;
};

/// The order in which effects that are not done are looked at: by age.
struct OpenKey
{
    EventPlace opened;
    std::uint32_t ordinal = 0;
    EffectId id;

    static constexpr auto describe()
    {
        using K = OpenKey;
        return fields(
            field("opened", &K::opened), field("ordinal", &K::ordinal), field("id", &K::id));
    }
    friend auto operator<=>(const OpenKey&, const OpenKey&) = default;
};

struct Totals
{
    std::uint64_t pending = 0;
    std::uint64_t taken = 0;
    std::uint64_t settled = 0;
    std::uint64_t withdrawn = 0;
    std::uint64_t parked = 0;
    bool halted = false;        ///< By a reorg below the window, until an operator lifts it.
    bool halt_ordered = false;  ///< By an operator, until one takes the order back.

    static constexpr auto describe()
    {
        using T = Totals;
        return fields(field("pending", &T::pending), field("taken", &T::taken),
            field("settled", &T::settled), field("withdrawn", &T::withdrawn),
            field("parked", &T::parked), field("halted", &T::halted),
            field("halt_ordered", &T::halt_ordered));
    }
    friend bool operator==(const Totals&, const Totals&) = default;
};

inline constexpr Cell<Totals> kTotals{TableId{0x0401}, "outbox.totals"};
inline constexpr HashTable<EffectId, EffectRow> kEffects{TableId{0x0402}, "outbox.effects"};
/// The effects that are pending or taken.
inline constexpr OrderedTable<OpenKey, Present> kOpen{TableId{0x0403}, "outbox.open"};
}  // namespace engine::outbox

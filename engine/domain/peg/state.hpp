#pragma once

#include "engine/core/byte_codec.hpp"
#include "engine/core/table.hpp"
#include "engine/domain/peg/events.hpp"

namespace engine::peg
{
/// What genesis fixed.
struct Parameters
{
    Bytes wallet_script;
    std::uint32_t confirmations = 0;
    Sats minimum;
    bool allow_list_only = false;

    static constexpr auto describe()
    {
        using P = Parameters;
        return fields(field("wallet_script", &P::wallet_script),
            field("confirmations", &P::confirmations), field("minimum", &P::minimum),
            field("allow_list_only", &P::allow_list_only));
    }
    friend bool operator==(const Parameters&, const Parameters&) = default;
};

/// Where a peg-in stands. A row exists while its transaction is on the best chain; that of a
/// shortfall stays.
///
///     waiting -> credited <-> shortfall     off the chain or not deep enough any more, but minted
///        |                                  (for good if it turns out to be the wallet's own
///        money)
///        v
///     ignored
enum class DepositState : std::uint8_t
{
    waiting = 0,    ///< On the best chain; not deep enough, or its block is not scanned.
    credited = 1,   ///< Deep enough, and a mint effect is open or done.
    ignored = 2,    ///< No valid peg-in; the reason is kept.
    shortfall = 3,  ///< The mint can't be taken back, but the deposit is not confirmed.
};
constexpr bool is_declared(DepositState state)
{
    return state <= DepositState::shortfall;
}
constexpr std::string_view name(DepositState state)
{
    switch (state)
    {
        case DepositState::waiting:
            return "waiting";
        case DepositState::credited:
            return "credited";
        case DepositState::ignored:
            return "ignored";
        case DepositState::shortfall:
            return "shortfall";
    }
    return "";
}

/// A peg-in, by its payment: output 1 of the transaction whose output 0 asks for it.
struct Deposit
{
    DepositState state = DepositState::waiting;
    std::uint16_t reason = 0;  ///< The code of why it is ignored, or can't be confirmed; else 0.
    ChainHeight height;        ///< Of its block on the best chain. 0 when it has none.
    BlockHash block;
    Sats amount;
    Principal recipient;
    EffectId effect;  ///< Of its mint, from the credit on.

    static constexpr auto describe()
    {
        using D = Deposit;
        return fields(field("state", &D::state), field("reason", &D::reason),
            field("height", &D::height), field("block", &D::block), field("amount", &D::amount),
            field("recipient", &D::recipient), field("effect", &D::effect));
    }
    friend bool operator==(const Deposit&, const Deposit&) = default;
};

/// The order in which deposits become due.
struct WaitingKey
{
    ChainHeight height;
    OutPoint outpoint;

    static constexpr auto describe()
    {
        return fields(
            field("height", &WaitingKey::height), field("outpoint", &WaitingKey::outpoint));
    }
    friend auto operator<=>(const WaitingKey&, const WaitingKey&) = default;
};

/// An output to the wallet on the best chain. It stands in other rows, too, so that it never grows.
struct Utxo
{
    Sats value;
    ChainHeight height;
    BlockHash block;

    static constexpr auto describe()
    {
        return fields(field("value", &Utxo::value), field("height", &Utxo::height),
            field("block", &Utxo::block));
    }
    friend bool operator==(const Utxo&, const Utxo&) = default;
};

/// An output to the wallet that is spent on the best chain. Kept while a reorganisation could give
/// it back.
struct SpentUtxo
{
    Utxo utxo;
    ChainHeight spent_at;

    static constexpr auto describe()
    {
        return fields(field("utxo", &SpentUtxo::utxo), field("spent_at", &SpentUtxo::spent_at));
    }
    friend bool operator==(const SpentUtxo&, const SpentUtxo&) = default;
};

struct SpentKey
{
    ChainHeight spent_at;
    OutPoint outpoint;

    static constexpr auto describe()
    {
        return fields(
            field("spent_at", &SpentKey::spent_at), field("outpoint", &SpentKey::outpoint));
    }
    friend auto operator<=>(const SpentKey&, const SpentKey&) = default;
};

/// Up to when a recipient may receive.
struct Allowance
{
    LogTime until;  ///< 0: for ever. From this time on it counts no more.

    static constexpr auto describe() { return fields(field("until", &Allowance::until)); }
    friend bool operator==(const Allowance&, const Allowance&) = default;
};

/// Sums over the whole peg, in satoshis.
struct Totals
{
    std::uint64_t minted = 0;      ///< Every mint that was opened and not taken back.
    std::uint64_t confirmed = 0;   ///< Of these, the deposits that are confirmed.
    std::uint64_t shortfall = 0;   ///< Of these, those that are not.
    std::uint64_t utxo_value = 0;  ///< Modulo 2^64: 8,784 times all coins there can be.
    std::uint64_t utxo_count = 0;
    std::uint64_t ignored = 0;        ///< Deposits on the best chain that are: a count.
    std::uint64_t wrong_network = 0;  ///< Of these, the ones marked for another network.

    static constexpr auto describe()
    {
        using T = Totals;
        return fields(field("minted", &T::minted), field("confirmed", &T::confirmed),
            field("shortfall", &T::shortfall), field("utxo_value", &T::utxo_value),
            field("utxo_count", &T::utxo_count), field("ignored", &T::ignored),
            field("wrong_network", &T::wrong_network));
    }
    friend bool operator==(const Totals&, const Totals&) = default;
};

inline constexpr Cell<Parameters> kParameters{TableId{0x0301}, "peg.parameters"};
inline constexpr Cell<Totals> kTotals{TableId{0x0302}, "peg.totals"};
inline constexpr HashTable<OutPoint, Deposit> kDeposits{TableId{0x0303}, "peg.deposits"};
/// Deposits on the best chain that are not decided, and shortfalls that are back on it and may be
/// confirmed.
inline constexpr OrderedTable<WaitingKey, Present> kWaiting{TableId{0x0304}, "peg.waiting"};
inline constexpr OrderedTable<OutPoint, Utxo> kUtxos{TableId{0x0305}, "peg.utxos"};
inline constexpr HashTable<OutPoint, SpentUtxo> kSpent{TableId{0x0306}, "peg.spent"};
/// The same by height: what is forgotten first comes first.
inline constexpr OrderedTable<SpentKey, Present> kSpentHeights{
    TableId{0x0307}, "peg.spent_heights"};
inline constexpr HashTable<Principal, Allowance> kAllowed{TableId{0x0308}, "peg.allowed"};

/// The deposits that are booked as shortfalls: what somebody has to look at.
inline constexpr OrderedTable<OutPoint, Present> kShortfalls{TableId{0x0309}, "peg.shortfalls"};

/// This module, as the owner of what it watches.
inline constexpr std::uint8_t kOwner = 3;

/// At most so many spent outputs are forgotten when a block is connected.
inline constexpr std::size_t kForgottenPerBlock = 256;
}  // namespace engine::peg

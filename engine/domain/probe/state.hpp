#pragma once

#include "engine/base/describe.hpp"
#include "engine/core/table.hpp"
#include "engine/domain/probe/events.hpp"

namespace engine::probe
{
struct Totals
{
    bool enabled = false;
    std::uint64_t count = 0;
    std::uint64_t amount = 0;

    static constexpr auto describe()
    {
        using T = Totals;
        return fields(
            field("enabled", &T::enabled), field("count", &T::count), field("amount", &T::amount));
    }
    friend bool operator==(const Totals&, const Totals&) = default;
};

struct Account
{
    std::uint64_t count = 0;
    std::uint64_t amount = 0;

    static constexpr auto describe()
    {
        return fields(field("count", &Account::count), field("amount", &Account::amount));
    }
    friend bool operator==(const Account&, const Account&) = default;
};

struct Attester
{
    PublicKey key;

    static constexpr auto describe() { return fields(field("key", &Attester::key)); }
    friend bool operator==(const Attester&, const Attester&) = default;
};

inline constexpr Cell<Totals> kTotals{TableId{0x0501}, "probe.totals"};
inline constexpr HashTable<std::uint64_t, Account> kAccounts{TableId{0x0502}, "probe.accounts"};
inline constexpr HashTable<Hash256, Present> kSeenIds{TableId{0x0503}, "probe.seen"};
inline constexpr HashTable<std::uint64_t, Attester> kAttesters{TableId{0x0504}, "probe.attesters"};
}  // namespace engine::probe

#pragma once

// The names that people see: of kinds of events, of their members, of enum values.

#include "engine/base/describe.hpp"
#include "engine/domain/bitcoin/events.hpp"
#include "engine/domain/bitcoin/state.hpp"

#include <string_view>
#include <type_traits>

namespace engine::bitcoin
{
constexpr std::string_view name(Network network)
{
    switch (network)
    {
        case Network::mainnet:
            return "mainnet";
        case Network::testnet4:
            return "testnet4";
        case Network::signet:
            return "signet";
        case Network::regtest:
            return "regtest";
    }
    return "";
}

constexpr std::string_view name(WatchKind kind)
{
    switch (kind)
    {
        case WatchKind::script:
            return "script";
        case WatchKind::prefix:
            return "prefix";
    }
    return "";
}

constexpr auto members(std::type_identity<ChainAnchor>)
{
    using A = ChainAnchor;
    return fields(field("header", &A::header), field("height", &A::height), field("work", &A::work),
        field("period_start", &A::period_start), field("period_bits", &A::period_bits),
        field("last_times", &A::last_times));
}

constexpr auto members(std::type_identity<Genesis>)
{
    using G = Genesis;
    return fields(
        field("network", &G::network), field("anchor", &G::anchor), field("window", &G::window));
}

constexpr std::string_view kind_name(std::type_identity<HeaderSeen>)
{
    return "header_seen";
}
constexpr auto members(std::type_identity<HeaderSeen>)
{
    return fields(field("header", &HeaderSeen::header));
}

constexpr std::string_view kind_name(std::type_identity<TransactionSeen>)
{
    return "transaction_seen";
}
constexpr auto members(std::type_identity<TransactionSeen>)
{
    using T = TransactionSeen;
    return fields(field("header", &T::header), field("index", &T::index),
        field("branch", &T::branch), field("coinbase", &T::coinbase),
        field("coinbase_branch", &T::coinbase_branch), field("transaction", &T::transaction));
}

constexpr std::string_view kind_name(std::type_identity<BlockScanned>)
{
    return "block_scanned";
}
constexpr auto members(std::type_identity<BlockScanned>)
{
    using B = BlockScanned;
    return fields(field("block", &B::block), field("watch_version", &B::watch_version));
}
}  // namespace engine::bitcoin

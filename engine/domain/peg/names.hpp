#pragma once

// The names that people see: of kinds of events, of their members; the text of a principal.

#include "engine/base/describe.hpp"
#include "engine/domain/peg/c32.hpp"
#include "engine/domain/peg/events.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace engine::peg
{
/// The c32 address, and behind a dot the contract: `ST...` or `ST....pool-v1`.
inline std::string to_text(const Principal& principal)
{
    const auto address = to_c32({principal.version, principal.hash});
    return principal.contract.empty() ? address : address + "." + principal.contract;
}

/// Reads what to_text wrote.
inline std::optional<Principal> from_text(std::type_identity<Principal>, std::string_view text)
{
    const auto dot = text.find('.');
    const auto address = from_c32(text.substr(0, dot));
    const auto contract = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
    if (!address || (dot != std::string_view::npos && contract.empty()))
        return std::nullopt;
    return Principal{address->version, address->hash, std::string{contract}};
}

constexpr auto members(std::type_identity<Genesis>)
{
    using G = Genesis;
    return fields(field("wallet_script", &G::wallet_script),
        field("confirmations", &G::confirmations), field("minimum", &G::minimum),
        field("allow_list_only", &G::allow_list_only));
}

constexpr std::string_view kind_name(std::type_identity<RecipientAllowed>)
{
    return "recipient_allowed";
}
constexpr auto members(std::type_identity<RecipientAllowed>)
{
    using R = RecipientAllowed;
    return fields(field("recipient", &R::recipient), field("until", &R::until));
}

constexpr std::string_view kind_name(std::type_identity<RecipientRemoved>)
{
    return "recipient_removed";
}
constexpr auto members(std::type_identity<RecipientRemoved>)
{
    return fields(field("recipient", &RecipientRemoved::recipient));
}
}  // namespace engine::peg

#pragma once

// The names that people see: of kinds of events and of their members.

#include "engine/base/describe.hpp"
#include "engine/domain/peg/events.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace engine::peg
{
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

#pragma once

// The names that people see: of kinds of events and of their members.

#include "engine/base/describe.hpp"
#include "engine/domain/outbox/events.hpp"

#include <string_view>
#include <type_traits>

namespace engine::outbox
{
constexpr std::string_view kind_name(std::type_identity<EffectTaken>)
{
    return "effect_taken";
}
constexpr auto members(std::type_identity<EffectTaken>)
{
    using E = EffectTaken;
    return fields(field("id", &E::id), field("attempt", &E::attempt), field("bytes", &E::bytes));
}

constexpr std::string_view kind_name(std::type_identity<EffectSettled>)
{
    return "effect_settled";
}
constexpr auto members(std::type_identity<EffectSettled>)
{
    return fields(field("id", &EffectSettled::id), field("evidence", &EffectSettled::evidence));
}

constexpr std::string_view kind_name(std::type_identity<EffectFailed>)
{
    return "effect_failed";
}
constexpr auto members(std::type_identity<EffectFailed>)
{
    using E = EffectFailed;
    return fields(field("id", &E::id), field("attempt", &E::attempt), field("reason", &E::reason),
        field("park", &E::park));
}

constexpr std::string_view kind_name(std::type_identity<EffectRetried>)
{
    return "effect_retried";
}
constexpr auto members(std::type_identity<EffectRetried>)
{
    return fields(field("id", &EffectRetried::id));
}

constexpr std::string_view kind_name(std::type_identity<HaltLifted>)
{
    return "halt_lifted";
}
constexpr auto members(std::type_identity<HaltLifted>)
{
    return fields();
}

constexpr std::string_view kind_name(std::type_identity<HaltOrdered>)
{
    return "halt_ordered";
}
constexpr auto members(std::type_identity<HaltOrdered>)
{
    return fields();
}

constexpr std::string_view kind_name(std::type_identity<HaltRevoked>)
{
    return "halt_revoked";
}
constexpr auto members(std::type_identity<HaltRevoked>)
{
    return fields();
}
}  // namespace engine::outbox

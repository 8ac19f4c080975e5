#pragma once

// The names that people see: of kinds of events and of their members.

#include "engine/base/describe.hpp"
#include "engine/domain/probe/events.hpp"

#include <string_view>
#include <type_traits>

namespace engine::probe
{
constexpr auto members(std::type_identity<Genesis>)
{
    return fields(field("enabled", &Genesis::enabled));
}

constexpr std::string_view kind_name(std::type_identity<Probed>)
{
    return "probed";
}
constexpr auto members(std::type_identity<Probed>)
{
    using P = Probed;
    return fields(field("id", &P::id), field("account", &P::account), field("amount", &P::amount));
}

constexpr std::string_view kind_name(std::type_identity<AttesterSet>)
{
    return "attester_set";
}
constexpr auto members(std::type_identity<AttesterSet>)
{
    using A = AttesterSet;
    return fields(field("account", &A::account), field("key", &A::key));
}

constexpr std::string_view kind_name(std::type_identity<Attested>)
{
    return "attested";
}
constexpr auto members(std::type_identity<Attested>)
{
    using A = Attested;
    return fields(field("id", &A::id), field("account", &A::account), field("amount", &A::amount),
        field("signature", &A::signature));
}
}  // namespace engine::probe

#pragma once

// The names that people see: of kinds of events, of their members, of enum values.

#include "engine/base/describe.hpp"
#include "engine/domain/access/events.hpp"

#include <string_view>
#include <type_traits>

namespace engine::access
{
constexpr std::string_view name(SourceProof proof)
{
    switch (proof)
    {
        case SourceProof::bitcoin:
            return "bitcoin";
        case SourceProof::key:
            return "key";
        case SourceProof::none:
            return "none";
    }
    return "";
}

constexpr auto members(std::type_identity<Genesis>)
{
    using G = Genesis;
    return fields(field("sequencer", &G::sequencer), field("operators", &G::operators),
        field("sources", &G::sources), field("rules", &G::rules),
        field("clock_jump_max_ms", &G::clock_jump_max_ms));
}

constexpr std::string_view kind_name(std::type_identity<SourceDeclared>)
{
    return "source_declared";
}
constexpr auto members(std::type_identity<SourceDeclared>)
{
    return fields(field("source", &SourceDeclared::source));
}

constexpr std::string_view kind_name(std::type_identity<OperatorAdded>)
{
    return "operator_added";
}
constexpr auto members(std::type_identity<OperatorAdded>)
{
    return fields(field("key", &OperatorAdded::key));
}

constexpr std::string_view kind_name(std::type_identity<OperatorRemoved>)
{
    return "operator_removed";
}
constexpr auto members(std::type_identity<OperatorRemoved>)
{
    return fields(field("key", &OperatorRemoved::key));
}

constexpr std::string_view kind_name(std::type_identity<ClockJumpAllowed>)
{
    return "clock_jump_allowed";
}
constexpr auto members(std::type_identity<ClockJumpAllowed>)
{
    return fields(field("until", &ClockJumpAllowed::until));
}

constexpr std::string_view kind_name(std::type_identity<RulesScheduled>)
{
    return "rules_scheduled";
}
constexpr auto members(std::type_identity<RulesScheduled>)
{
    return fields(field("activation", &RulesScheduled::activation));
}
}  // namespace engine::access

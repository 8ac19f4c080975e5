#pragma once

#include "engine/base/types.hpp"

namespace engine
{
/// Where and when an event happened, and under which rules. All of it comes from the headers of the
/// log, none of it from this machine.
struct Context
{
    GenesisId genesis;
    EventPlace place;
    LogTime time;
    RulesVersion rules{1};
};
}  // namespace engine

#pragma once

#include "engine/base/types.hpp"

namespace engine
{
/// Which event, where and when it happened, and under which rules. All of it comes from the log,
/// none of it from this machine.
struct Context
{
    GenesisId genesis;
    EventPlace place;
    LogTime time;
    RulesVersion rules{1};
    EventHash event;          ///< The event's own hash.
    std::uint32_t bytes = 0;  ///< The size of its canonical bytes.
};
}  // namespace engine

#pragma once

#include "engine/base/result.hpp"
#include "engine/base/types.hpp"
#include "engine/log/log.hpp"
#include "engine/runtime/config/error.hpp"

#include <string>

namespace engine::cli
{
/// What an event of the past was, for those who tell what it has changed.
struct PastEvent
{
    EventPlace place;
    LogTime time;
    std::string kind;  ///< "peg.recipient_allowed"
};

/// Reads the event's block.
Result<PastEvent, OperatorError> past_event(const log::Log& log, EventPlace place);
}  // namespace engine::cli

#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/types.hpp"
#include "engine/core/verdict.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine
{
/// Where an event comes in. The engine's own events are refused at the other two.
enum class Door : std::uint8_t
{
    engine,   ///< The sequencer's own process.
    sources,  ///< Adapters: observations.
    callers,  ///< The API: commands.
};

/// What became of a submitted event. Given once everything that it rests on is durable.
struct Receipt
{
    enum class Status : std::uint8_t
    {
        applied,    ///< In the log, durable, and done.
        ignored,    ///< In the log, durable, with its reason.
        refused,    ///< The rules say no. No trace.
        duplicate,  ///< Recorded before; `place` tells where, if that is known.
        gap,        ///< Something before it is missing.
        busy,       ///< Over a rate, no room on the disk, or the clock stands: try again later.
        invalid,    ///< Can't be an event.
        stopping,  ///< The engine is stopping, or has stopped: whether it is in the log is unknown.
    };

    Status status = Status::applied;
    Verdict verdict;
    std::optional<EventPlace> place;
    std::string text;  ///< For people; of statuses that have no verdict.
};

constexpr std::string_view name(Receipt::Status status)
{
    switch (status)
    {
        case Receipt::Status::applied:
            return "applied";
        case Receipt::Status::ignored:
            return "ignored";
        case Receipt::Status::refused:
            return "refused";
        case Receipt::Status::duplicate:
            return "duplicate";
        case Receipt::Status::gap:
            return "gap";
        case Receipt::Status::busy:
            return "busy";
        case Receipt::Status::invalid:
            return "invalid";
        case Receipt::Status::stopping:
            return "stopping";
    }
    return "";
}

/// Events that are submitted together: in order, each judged on its own.
struct Submission
{
    std::vector<Bytes> events;  ///< Canonical bytes.
    Door door = Door::callers;
    std::function<void(std::vector<Receipt>)> answer;  ///< Called once, on Lane::fold.
};
}  // namespace engine

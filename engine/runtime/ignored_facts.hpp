#pragma once

#include "engine/base/types.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

namespace engine
{
/// Keeps a node that tells what is no valid operation, again and again or without end, from filling
/// the log. A fact of Bitcoin has no position that it must be told at, and one that is ignored
/// changes nothing: it stands in the log once, with its reason, and only so many do in an hour.
///
/// Decides what a sequencer lets in, never what a log means. A restart forgets.
class IgnoredFacts
{
public:
    struct Limits
    {
        std::uint32_t events_per_hour = 1'000;  ///< Of log time.
        std::uint64_t bytes_per_hour = std::uint64_t{4} << 20;
        std::size_t remembered = 65'536;  ///< The newest.
    };

private:
    Limits m_limits;
    std::map<EventHash, EventPlace> m_places;
    std::deque<EventHash> m_in_order;  // The oldest first.
    std::int64_t m_hour = 0;
    std::uint32_t m_events = 0;  // In that hour.
    std::uint64_t m_bytes = 0;

public:
    explicit IgnoredFacts(const Limits& limits) : m_limits{limits} {}

    /// Where it stands in the log already.
    std::optional<EventPlace> place_of(const EventHash& fact) const;

    /// Whether another one may enter the log at this time. One that is larger than an hour's share
    /// passes alone.
    bool fits(LogTime time, std::size_t bytes) const;

    /// One entered it.
    void add(const EventHash& fact, EventPlace place, LogTime time, std::size_t bytes);
};
}  // namespace engine

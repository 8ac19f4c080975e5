#pragma once

#include "engine/ports/clock.hpp"

namespace engine::sim
{
/// A clock that stands still until a test moves it.
class SimClock final : public Clock
{
    std::int64_t m_wall_ms = 1'800'000'000'000;  // In January 2027.
    std::int64_t m_monotonic_ms = 0;

public:
    LogTime now() const override { return LogTime{m_wall_ms}; }
    std::int64_t monotonic_ms() const override { return m_monotonic_ms; }

    /// Time passes: both clocks go on.
    void advance(std::int64_t ms)
    {
        m_wall_ms += ms;
        m_monotonic_ms += ms;
    }

    /// The wall clock is set, forward or back: the other does not notice.
    void jump_to(LogTime time) { m_wall_ms = time.value; }
};
}  // namespace engine::sim

#pragma once

#include <algorithm>
#include <cstdint>

namespace engine::bitcoind
{
/// Waiting times that double up to a bound. Without chance: one follower asks one node, and a run
/// can be repeated.
class BackOff
{
    std::int64_t m_first_ms;
    std::int64_t m_most_ms;
    std::int64_t m_next_ms;

public:
    BackOff(std::int64_t first_ms, std::int64_t most_ms)
      : m_first_ms{first_ms}, m_most_ms{most_ms}, m_next_ms{first_ms}
    {}

    std::int64_t next()
    {
        const auto now = m_next_ms;
        m_next_ms = std::min(m_next_ms * 2, m_most_ms);
        return now;
    }

    void reset() { m_next_ms = m_first_ms; }
};
}  // namespace engine::bitcoind

#pragma once

#include <algorithm>
#include <cstdint>

namespace engine::doors
{
/// So many requests a second, and as many as two seconds have at once. Counted in thousandths, so
/// that a millisecond is a whole number of them.
class Bucket
{
    static constexpr std::uint64_t kOne = 1000;

    std::uint64_t m_rate;  ///< Requests a second, at most 10^9; 0: as many as anybody likes.
    std::uint64_t m_left;
    std::int64_t m_filled_ms;

    std::uint64_t most() const { return 2 * m_rate * kOne; }

public:
    Bucket(std::uint64_t rate, std::int64_t now_ms)
      : m_rate{rate}, m_left{most()}, m_filled_ms{now_ms}
    {}

    /// Takes one request's worth. Nothing is taken when there is less; then it says when there will
    /// be enough, in milliseconds, at least 1.
    std::int64_t take(std::int64_t now_ms)
    {
        if (m_rate == 0)
            return 0;
        const auto passed =
            static_cast<std::uint64_t>(std::clamp<std::int64_t>(now_ms - m_filled_ms, 0, 2'000));
        m_filled_ms = std::max(m_filled_ms, now_ms);
        m_left = std::min(most(), m_left + passed * m_rate);
        if (m_left >= kOne)
        {
            m_left -= kOne;
            return 0;
        }
        return static_cast<std::int64_t>((kOne - m_left + m_rate - 1) / m_rate);
    }
};
}  // namespace engine::doors

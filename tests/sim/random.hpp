#pragma once

#include "engine/ports/random.hpp"

namespace engine::sim
{
/// Numbers that a seed gives, the same on every machine: splitmix64.
class SimRandom final : public Random
{
    std::uint64_t m_state;

public:
    explicit SimRandom(std::uint64_t seed) : m_state{seed} {}

    std::uint64_t next();

    /// A number below `bound`, which must not be 0.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }

    /// True once in `n` times.
    bool one_in(std::uint64_t n) { return below(n) == 0; }

    void fill(std::span<std::uint8_t> out) override;
};
}  // namespace engine::sim

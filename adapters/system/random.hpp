#pragma once

#include "engine/ports/random.hpp"

namespace engine
{
/// The kernel's generator, getrandom(2). Waits once, early after boot, until it is seeded.
class SystemRandom final : public Random
{
public:
    void fill(std::span<std::uint8_t> out) override;
};
}  // namespace engine

#pragma once

#include <cstdint>
#include <span>

namespace engine
{
/// Bytes that nobody can predict; in the simulator, bytes that its seed gives.
class Random
{
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;
};
}  // namespace engine

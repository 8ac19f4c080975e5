#pragma once

#include "engine/base/types.hpp"

#include <cstdint>

namespace engine
{
/// The machine's clocks. Only the edges read them; the fold gets its time from the log.
class Clock
{
public:
    virtual ~Clock() = default;

    /// Wall clock, milliseconds since 1970. May jump.
    virtual LogTime now() const = 0;

    /// Milliseconds since some start. Never goes back.
    virtual std::int64_t monotonic_ms() const = 0;
};
}  // namespace engine

#pragma once

#include "engine/ports/clock.hpp"

namespace engine
{
/// The kernel's clocks: CLOCK_REALTIME and CLOCK_MONOTONIC.
class SystemClock final : public Clock
{
public:
    LogTime now() const override;
    std::int64_t monotonic_ms() const override;
};
}  // namespace engine

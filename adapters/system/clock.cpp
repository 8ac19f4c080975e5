#include "adapters/system/clock.hpp"

#include <chrono>

namespace engine
{
namespace
{
template <typename AnyClock>
std::int64_t milliseconds()
{
    using std::chrono::duration_cast;
    return duration_cast<std::chrono::milliseconds>(AnyClock::now().time_since_epoch()).count();
}
}  // namespace

LogTime SystemClock::now() const
{
    return LogTime{milliseconds<std::chrono::system_clock>()};
}

std::int64_t SystemClock::monotonic_ms() const
{
    return milliseconds<std::chrono::steady_clock>();
}
}  // namespace engine

#include "adapters/system/random.hpp"

#include "engine/base/check.hpp"

#include <sys/random.h>
#include <cerrno>

namespace engine
{
void SystemRandom::fill(std::span<std::uint8_t> out)
{
    while (!out.empty())
    {
        const auto got = ::getrandom(out.data(), out.size(), 0);
        ENSURE(got > 0 || errno == EINTR);  // No other error exists for a valid buffer.
        if (got > 0)
            out = out.subspan(static_cast<std::size_t>(got));
    }
}
}  // namespace engine

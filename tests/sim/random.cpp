#include "tests/sim/random.hpp"

namespace engine::sim
{
std::uint64_t SimRandom::next()
{
    std::uint64_t z = (m_state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

void SimRandom::fill(std::span<std::uint8_t> out)
{
    for (auto& byte : out)
        byte = static_cast<std::uint8_t>(next());
}
}  // namespace engine::sim

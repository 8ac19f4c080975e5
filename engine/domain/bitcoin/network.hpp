#pragma once

#include "engine/bitcoin/network.hpp"
#include "engine/domain/bitcoin/events.hpp"

namespace engine::bitcoin
{
/// What differs on the network of genesis. Both enums have the same numbers: one is on the wire,
/// the other belongs to the codecs.
inline const btc::NetworkParameters& parameters_of(Network network)
{
    return btc::parameters(static_cast<btc::Network>(network));
}
}  // namespace engine::bitcoin

#pragma once

#include "engine/domain/bitcoin/events.hpp"
#include "schema/bitcoin.capnp.h"

namespace engine::bitcoin
{
/// Reads one event of this module. Throws wire_error on what can't be one.
Event decode(wire::BitcoinEvent::Reader in);
void encode(wire::BitcoinEvent::Builder out, const Event& event);

/// The module's part of the genesis event. Reading throws as decode does.
Genesis decode_genesis(wire::BitcoinGenesis::Reader in);
void encode_genesis(wire::BitcoinGenesis::Builder out, const Genesis& genesis);
}  // namespace engine::bitcoin

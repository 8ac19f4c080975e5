#pragma once

#include "engine/domain/peg/events.hpp"
#include "schema/peg.capnp.h"

namespace engine::peg
{
/// Reads one event of this module. Throws wire_error on what can't be one.
Event decode(wire::PegEvent::Reader in);
void encode(wire::PegEvent::Builder out, const Event& event);

/// The module's part of the genesis event. Reading throws as decode does.
Genesis decode_genesis(wire::PegGenesis::Reader in);
void encode_genesis(wire::PegGenesis::Builder out, const Genesis& genesis);
}  // namespace engine::peg

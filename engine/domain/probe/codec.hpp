#pragma once

#include "engine/domain/probe/events.hpp"
#include "schema/probe.capnp.h"

namespace engine::probe
{
/// Reads one event of this module. Throws wire_error on what can't be one.
Event decode(wire::ProbeEvent::Reader in);
void encode(wire::ProbeEvent::Builder out, const Event& event);

/// The module's part of the genesis event. Reading throws as decode does.
Genesis decode_genesis(wire::ProbeGenesis::Reader in);
void encode_genesis(wire::ProbeGenesis::Builder out, const Genesis& genesis);
}  // namespace engine::probe

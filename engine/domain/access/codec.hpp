#pragma once

#include "engine/domain/access/events.hpp"
#include "schema/access.capnp.h"

namespace engine::access
{
/// Reads one event of this module. Throws wire_error on what can't be one.
Event decode(wire::AccessEvent::Reader in);
void encode(wire::AccessEvent::Builder out, const Event& event);

/// The module's part of the genesis event. Reading throws as decode does.
Genesis decode_genesis(wire::AccessGenesis::Reader in);
void encode_genesis(wire::AccessGenesis::Builder out, const Genesis& genesis);
}  // namespace engine::access

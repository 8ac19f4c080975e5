#pragma once

#include "engine/domain/outbox/events.hpp"
#include "schema/outbox.capnp.h"

namespace engine::outbox
{
/// Reads one event of this module. Throws wire_error on what can't be one.
Event decode(wire::OutboxEvent::Reader in);
void encode(wire::OutboxEvent::Builder out, const Event& event);
}  // namespace engine::outbox

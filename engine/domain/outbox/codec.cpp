#include "engine/domain/outbox/codec.hpp"

#include "engine/codec/limits.hpp"
#include "engine/codec/reading.hpp"
#include "engine/codec/writing.hpp"

namespace engine::outbox
{
namespace
{
constexpr std::size_t kMaxReasonBytes = 1024;

EffectTaken read(wire::EffectTaken::Reader in)
{
    return {
        .id = reading::fixed<EffectId>(in.getId(), "id"),
        .attempt = in.getAttempt(),
        .bytes = reading::bytes(in.getBytes(), kMaxEventBytes, "bytes"),
    };
}

EffectSettled read(wire::EffectSettled::Reader in)
{
    return {
        .id = reading::fixed<EffectId>(in.getId(), "id"),
        .evidence = reading::bytes(in.getEvidence(), kMaxEventBytes, "evidence"),
    };
}

EffectFailed read(wire::EffectFailed::Reader in)
{
    return {
        .id = reading::fixed<EffectId>(in.getId(), "id"),
        .attempt = in.getAttempt(),
        .reason = reading::text(in.getReason(), kMaxReasonBytes, "reason"),
        .park = in.getPark(),
    };
}

void write(wire::OutboxEvent::Builder out, const EffectTaken& event)
{
    auto taken = out.initEffectTaken();
    taken.setId(writing::data(event.id));
    taken.setAttempt(event.attempt);
    writing::bytes(taken, &wire::EffectTaken::Builder::setBytes, event.bytes);
}

void write(wire::OutboxEvent::Builder out, const EffectSettled& event)
{
    auto settled = out.initEffectSettled();
    settled.setId(writing::data(event.id));
    writing::bytes(settled, &wire::EffectSettled::Builder::setEvidence, event.evidence);
}

void write(wire::OutboxEvent::Builder out, const EffectFailed& event)
{
    auto failed = out.initEffectFailed();
    failed.setId(writing::data(event.id));
    failed.setAttempt(event.attempt);
    writing::text(failed, &wire::EffectFailed::Builder::setReason, event.reason);
    failed.setPark(event.park);
}

void write(wire::OutboxEvent::Builder out, const EffectRetried& event)
{
    out.setEffectRetried(writing::data(event.id));
}

void write(wire::OutboxEvent::Builder out, HaltLifted)
{
    out.setHaltLifted();
}

void write(wire::OutboxEvent::Builder out, HaltOrdered)
{
    out.setHaltOrdered();
}

void write(wire::OutboxEvent::Builder out, HaltRevoked)
{
    out.setHaltRevoked();
}
}  // namespace

Event decode(wire::OutboxEvent::Reader in)
{
    switch (in.which())
    {
        case wire::OutboxEvent::UNSET:
            break;
        case wire::OutboxEvent::EFFECT_TAKEN:
            reading::required(in.hasEffectTaken(), "effect_taken");
            return read(in.getEffectTaken());
        case wire::OutboxEvent::EFFECT_SETTLED:
            reading::required(in.hasEffectSettled(), "effect_settled");
            return read(in.getEffectSettled());
        case wire::OutboxEvent::EFFECT_FAILED:
            reading::required(in.hasEffectFailed(), "effect_failed");
            return read(in.getEffectFailed());
        case wire::OutboxEvent::EFFECT_RETRIED:
            return EffectRetried{reading::fixed<EffectId>(in.getEffectRetried(), "id")};
        case wire::OutboxEvent::HALT_LIFTED:
            return HaltLifted{};
        case wire::OutboxEvent::HALT_ORDERED:
            return HaltOrdered{};
        case wire::OutboxEvent::HALT_REVOKED:
            return HaltRevoked{};
    }
    throw wire_error{"no event that this engine knows"};
}

void encode(wire::OutboxEvent::Builder out, const Event& event)
{
    std::visit([&](const auto& e) { write(out, e); }, event);
}
}  // namespace engine::outbox

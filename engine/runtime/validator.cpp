#include "engine/runtime/validator.hpp"

#include "engine/codec/validate.hpp"

namespace engine
{
namespace
{
/// Which author belongs at which door. Nothing means that it does.
std::optional<Invalid> check_door(const Event& event, Door door)
{
    switch (door)
    {
        case Door::engine:
            if (std::holds_alternative<EngineAuthor>(event.author))
                return std::nullopt;
            return Invalid{"author: this door is for the engine's own events"};
        case Door::sources:
            if (std::holds_alternative<Origin>(event.author))
                return std::nullopt;
            return Invalid{"author: this door is for observations of declared sources"};
        case Door::callers:
            if (std::holds_alternative<Authorization>(event.author))
                return std::nullopt;
            return Invalid{"author: this door is for signed commands"};
    }
    return Invalid{"author: unknown door"};
}
}  // namespace

std::variant<Event, Invalid> Validator::check_one(
    ByteView bytes, Door door, RulesVersion rules, EventDecoder& decoder) const
{
    auto event = decoder.decode(bytes);
    if (!event)
        return event.error();
    if (auto invalid = check_door(*event, door))
        return *std::move(invalid);
    if (auto invalid = check_again(*event, rules))
        return *std::move(invalid);
    return *std::move(event);
}

std::optional<Invalid> Validator::check_again(const Event& event, RulesVersion rules) const
{
    return validate({m_constants, m_id}, rules, event);
}

std::vector<CheckedEvent> Validator::check(
    std::vector<Bytes> events, Door door, RulesVersion rules) const
{
    EventDecoder decoder;
    std::vector<CheckedEvent> out;
    out.reserve(events.size());
    for (auto& bytes : events)
    {
        auto event = check_one(bytes, door, rules, decoder);
        const auto hash = event_hash(bytes);
        out.push_back({std::move(bytes), hash, std::move(event)});
    }
    return out;
}
}  // namespace engine

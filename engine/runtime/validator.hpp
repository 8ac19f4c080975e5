#pragma once

#include "engine/codec/codec.hpp"
#include "engine/core/invalid.hpp"
#include "engine/fold/event.hpp"
#include "engine/runtime/submission.hpp"

#include <vector>

namespace engine
{
/// An event that has passed everything that can be said without state.
struct CheckedEvent
{
    Bytes bytes;
    EventHash hash;
    std::variant<Event, Invalid> event;
};

/// Decodes and validates events at the door they came in by. Pure: runs on Lane::check.
class Validator
{
    Genesis m_constants;
    GenesisId m_id;

public:
    Validator(Genesis constants, const GenesisId& id) : m_constants{std::move(constants)}, m_id{id}
    {}

    std::vector<CheckedEvent> check(std::vector<Bytes> events, Door door, RulesVersion rules) const;

    /// What is wrong with an event that has passed, under another version of the rules.
    std::optional<Invalid> check_again(const Event& event, RulesVersion rules) const;

private:
    std::variant<Event, Invalid> check_one(
        ByteView bytes, Door door, RulesVersion rules, EventDecoder& decoder) const;
};
}  // namespace engine

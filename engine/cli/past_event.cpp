#include "engine/cli/past_event.hpp"

#include "engine/codec/codec.hpp"
#include "engine/codec/json.hpp"
#include "engine/log/block.hpp"
#include "engine/runtime/api_json.hpp"
#include "engine/runtime/catch_up.hpp"
#include "engine/runtime/config/error_kinds.hpp"

namespace engine::cli
{
Result<PastEvent, OperatorError> past_event(const log::Log& log, EventPlace place)
{
    const auto reader = log.reader(place.height);
    if (!reader)
        return Failure{from_log(reader.error())};
    const auto block = (*reader)->next();
    if (!block)
        return Failure{from_log(block.error())};
    if (*block == nullptr || place.index >= (*block)->event_count())
        return Failure{OperatorError{
            errors::kNotFound, "event " + to_text(place), "the log has no such event", {}}};
    const auto event = decode_event((*block)->event(place.index));
    if (!event)
        return Failure{
            OperatorError{errors::kUndecodable, "event " + to_text(place), event.error().what, {}}};
    return PastEvent{place, (*block)->header().time, kind_name(event->body)};
}
}  // namespace engine::cli

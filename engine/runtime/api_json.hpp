#pragma once

#include "engine/fold/event.hpp"
#include "engine/log/block.hpp"
#include "engine/ports/http.hpp"

#include <boost/json.hpp>

#include <string>

/// The forms in which the HTTP API and the tools show blocks and events. README-api.md lists them.
namespace engine
{
/// "184183.4"
std::string to_text(EventPlace place);

/// Reads what to_text wrote.
std::optional<EventPlace> place_from_text(std::string_view text);

boost::json::object header_to_json(const log::BlockHeader& header, const LogBlockHash& hash);

boost::json::object event_to_json(
    EventPlace place, const EventHash& hash, log::EventResult result, const Event& event);

/// A 200 with a JSON body and a line end.
HttpResponse json_response(const boost::json::value& value);
}  // namespace engine

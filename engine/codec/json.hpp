#pragma once

#include "engine/base/result.hpp"
#include "engine/core/invalid.hpp"
#include "engine/fold/event.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace engine
{
/// The name of a body's kind: `peg.recipient_allowed`, `genesis`.
std::string kind_name(const Body& body);

/// Every name that kind_name can give.
std::vector<std::string> kind_names();

/// An event for people and scripts:
///
///     {"author": {"command": {"key": ..., "sequence": ...}},
///      "body": {"peg.recipient_allowed": {"recipient": ..., "until": ...}}}
///
/// json_write.hpp says how values are written.
boost::json::value to_json(const Event& event);
boost::json::value to_json(const Author& author);
boost::json::value to_json(const Body& body);

/// The form of what to_json writes, as a JSON Schema without references: every author, every kind.
boost::json::object event_form();

/// Reads what to_json wrote: every member must be there, none that is unknown. The error names the
/// member, what it is, what was expected, and for a wrong name the one that was probably meant.
Result<Event, Invalid> event_from_json(const boost::json::value& json);
Result<Body, Invalid> body_from_json(const boost::json::value& json);

/// Reads JSON, nested at most 32 deep. The error says at which byte it ends to be JSON.
Result<boost::json::value, Invalid> parse_json(std::string_view text);
}  // namespace engine

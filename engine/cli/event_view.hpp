#pragma once

#include "engine/cli/json.hpp"
#include "engine/fold/event.hpp"
#include "engine/log/block.hpp"

#include <string>
#include <string_view>

namespace engine::cli
{
/// "184183.4"
std::string to_text(EventPlace place);

/// The module of a kind of event: "peg" of "peg.recipient_allowed"; "engine" of the engine's own.
std::string_view module_of(std::string_view kind);

/// One line about an author: "command 3c1f..9a02 #5", "observation 1 #0", "engine".
std::string author_in_words(const Author& author, bool shorten);

/// "accepted", or the code of the reason: "0x0310".
std::string verdict_in_words(std::uint16_t code);

/// A header for programs, with the names of the HTTP API.
json::object header_to_json(const log::BlockHeader& header, const LogBlockHash& hash);

/// An event where it stands in the log, for programs, with the names of the HTTP API.
json::object event_to_json(
    EventPlace place, const EventHash& hash, log::EventResult result, const Event& event);

/// JSON over several lines, two spaces a level.
std::string pretty(const json::value& value, std::size_t indent = 0);
}  // namespace engine::cli

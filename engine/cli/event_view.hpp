#pragma once

#include "engine/cli/json.hpp"
#include "engine/fold/event.hpp"
#include "engine/log/block.hpp"
#include "engine/runtime/api_json.hpp"

#include <string>
#include <string_view>

namespace engine::cli
{
/// The module of a kind of event: "peg" of "peg.recipient_allowed"; "engine" of the engine's own.
std::string_view module_of(std::string_view kind);

/// One line about an author: "command 3c1f..9a02 #5", "observation 1 #0", "engine".
std::string author_in_words(const Author& author, bool shorten);

/// "accepted", or the name of the reason: "peg-wrong-network"; "0x0310" if it has none here.
std::string verdict_in_words(std::uint16_t code);

/// JSON over several lines, two spaces a level.
std::string pretty(const json::value& value, std::size_t indent = 0);
}  // namespace engine::cli

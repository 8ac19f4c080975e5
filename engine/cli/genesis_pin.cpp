#include "engine/cli/genesis_pin.hpp"

#include "engine/base/hex.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

namespace engine::cli
{
Result<std::optional<GenesisId>, OperatorError> pinned_genesis(const Options& options)
{
    const auto text = options.flag("genesis");
    if (!text)
        return std::optional<GenesisId>{};
    const auto id = fixed_from_hex<GenesisId>(*text);
    if (!id)
        return Failure{OperatorError{errors::kBadFlag, "--genesis",
            fmt::format("\"{}\" is no id of a log: 64 hexadecimal digits", *text),
            "`engine init` prints it, and so does `engine status`"}};
    return std::optional{*id};
}

std::string genesis_text(const Options& options, const std::optional<GenesisId>& found)
{
    if (!found)
        return "no genesis can be read";
    const auto id = to_hex(found->bytes);
    if (!options.has("genesis"))
        return "genesis not pinned: this is log " + id + " (--genesis ID)";
    const auto pinned = pinned_genesis(options);
    return pinned && *pinned && **pinned != *found
               ? fmt::format("ANOTHER LOG: its genesis is {}, not {}", id, *options.flag("genesis"))
               : "genesis " + id + ", as pinned";
}

std::optional<OperatorError> check_pin(
    const std::string& where, const std::optional<GenesisId>& pinned, const GenesisId& found)
{
    if (!pinned || *pinned == found)
        return std::nullopt;
    return OperatorError{errors::kAnotherLog, where,
        fmt::format("its genesis is {}, not {}", to_hex(found.bytes), to_hex(pinned->bytes)), {}};
}
}  // namespace engine::cli

#pragma once

#include "engine/base/result.hpp"
#include "engine/base/types.hpp"
#include "engine/cli/command.hpp"
#include "engine/cli/json.hpp"

#include <string>
#include <string_view>

namespace engine::cli
{
/// Whose seals are believed, and why.
struct Trust
{
    PublicKey sequencer;
    GenesisId genesis;
    std::string_view source;
};

/// By --sequencer; else the log at --data, which is the best witness of its own sequencer; else
/// what the answer says of itself. `where` the answer comes from is for errors.
Result<Trust, OperatorError> trust_of(
    const Options& options, const json::value& answer, const std::string& where);

/// `engine prove --event H.I`.
int run_prove_event(const Options& options, std::ostream& out, std::ostream& err);
}  // namespace engine::cli

#pragma once

#include "engine/cli/command.hpp"
#include "engine/runtime/verify.hpp"

#include <ostream>

namespace engine::cli
{
/// "ok", "differs", "not checked": in the report for people and in JSON.
std::string_view word(LayerReport::Verdict verdict);

/// One line for a layer, when it is done.
void print_layer(const Options& options, std::ostream& out, const LayerReport& layer);

/// What follows the layers: the verdict, which log it is, everything that differs, what to do.
void print_outcome(const Options& options, std::ostream& out, const VerifyReport& report);

/// All of it as one line of JSON. docs: engine/cli/README.md.
void write_json(const Options& options, std::ostream& out, const VerifyReport& report);

/// 0 consistent, 1 inconsistent, 2 could not tell: a layer that was asked for by name, or that
/// needs nothing but the data directory, could not be checked.
int exit_code(const Options& options, const VerifyReport& report);
}  // namespace engine::cli

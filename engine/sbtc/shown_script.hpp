#pragma once

#include "engine/base/bytes.hpp"
#include "engine/bitcoin/transaction.hpp"
#include "engine/sbtc/reveal.hpp"

#include <optional>

namespace engine::sbtc
{
/// The script that an input shows. Views are valid as long as the input.
struct ShownScript
{
    CommitKind kind = CommitKind::taproot;
    ByteView script;
    ByteView control;  ///< Of Taproot's kinds: the control block.
    ByteView redeem;   ///< Of P2SH's kinds: what script_sig pushes last.
};

/// By the form of the input. Nothing: it shows none, or one that its own wrapping does not hash to.
std::optional<ShownScript> shown_script(const btc::Input& input);

/// Whether the output script is that of the kind, and commits to the script.
bool is_committed_to(const ShownScript& shown, ByteView output_script);
}  // namespace engine::sbtc

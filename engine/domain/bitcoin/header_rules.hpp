#pragma once

#include "engine/base/result.hpp"
#include "engine/bitcoin/header.hpp"
#include "engine/core/verdict.hpp"
#include "engine/domain/bitcoin/state.hpp"

namespace engine::bitcoin
{
/// The bits that the network's rules ask of the block after `parent`, if it has this time.
///
/// A new period's come from the time that the last one took; on testnet4 from the bits of its first
/// block (BIP-94). Elsewhere in a period they stay, but on the test networks a block more than
/// twenty minutes after its parent may have the easiest target, and the next one goes back.
std::uint32_t required_bits(Network network, const KnownHeader& parent, ChainTime time);

/// The median of the last (at most) eleven times: what Bitcoin's time locks are compared with.
ChainTime median_time(const KnownHeader& header);

/// What becomes known with a header on top of `parent`; or the first rule that it breaks: version,
/// target, time after the median, time warp, time ahead of the log. Proof of work against the
/// header's own target is no business of the rules: `validate` checks it.
Result<KnownHeader, Verdict> follow(
    Network network, const KnownHeader& parent, const btc::Header& header, LogTime now);
}  // namespace engine::bitcoin

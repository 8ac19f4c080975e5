#pragma once

#include "engine/core/verdict.hpp"

namespace engine::probe
{
inline constexpr Reject kDisabled{
    0x0501, "probe-disabled", "probes are not enabled in this log's genesis"};
inline constexpr Reject kSeen{0x0502, "probe-seen", "a probe with this id was counted"};
inline constexpr Reject kOverflow{0x0503, "probe-overflow", "the sum of all probes would overflow"};
inline constexpr Reject kNoAttester{0x0504, "probe-no-attester", "nobody attests for this account"};
inline constexpr Reject kNotAttested{0x0505, "probe-not-attested",
    "the signature is not one of the account's attester over this id, account and amount"};
}  // namespace engine::probe

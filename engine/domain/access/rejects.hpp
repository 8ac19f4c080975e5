#pragma once

#include "engine/core/verdict.hpp"

namespace engine::access
{
inline constexpr Reject kAuthorNotAllowed{
    0x0101, "access-author-not-allowed", "this kind of event can't come from this author"};
inline constexpr Reject kUnknownKey{0x0102, "access-unknown-key", "the key has no rights here"};
inline constexpr Reject kStaleSequence{
    0x0103, "access-stale-sequence", "the sequence must be greater than the key's last"};
inline constexpr Reject kExpired{0x0104, "access-expired", "the command has expired"};
inline constexpr Reject kExpiryTooFar{
    0x0105, "access-expiry-too-far", "the expiry is more than ten minutes ahead of the log"};
inline constexpr Reject kUnknownSource{
    0x0106, "access-unknown-source", "no such source is declared"};
inline constexpr Reject kWrongSourceKey{0x0107, "access-wrong-source-key",
    "the observation is signed with another key than its source's"};
inline constexpr Reject kSourceExists{
    0x0108, "access-source-exists", "a source with this id is declared"};
inline constexpr Reject kSourceNotAllowed{0x0109, "access-source-not-allowed",
    "only genesis can declare a source that is taken on trust"};
inline constexpr Reject kSourceWithoutRate{
    0x010a, "access-source-without-rate", "a source needs a rate of events and bytes above zero"};
inline constexpr Reject kOperatorExists{
    0x010b, "access-operator-exists", "the key is an operator's"};
inline constexpr Reject kNoSuchOperator{
    0x010c, "access-no-such-operator", "the key is no operator's"};
inline constexpr Reject kLastOperator{
    0x010d, "access-last-operator", "the last operator can't be removed"};
inline constexpr Reject kJumpInPast{
    0x010e, "access-jump-in-past", "the time must lie ahead of the log"};
inline constexpr Reject kRulesInPast{
    0x010f, "access-rules-in-past", "rules can be scheduled for a later height only"};
inline constexpr Reject kRulesOutOfOrder{
    0x0110, "access-rules-out-of-order", "each version of the rules follows the one before"};
inline constexpr Reject kUnknownRules{
    0x0111, "access-unknown-rules", "this engine doesn't have that version of the rules"};
inline constexpr Reject kBadGenesis{
    0x0112, "access-bad-genesis", "the genesis event contradicts itself"};
inline constexpr Reject kOutOfPlace{
    0x0113, "access-out-of-place", "this event stands at one place of the log only"};
inline constexpr Reject kZeroKey{0x0114, "access-zero-key", "a key of zeroes is nobody's"};
}  // namespace engine::access

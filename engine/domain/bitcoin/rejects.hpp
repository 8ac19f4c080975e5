#pragma once

#include "engine/core/verdict.hpp"

namespace engine::bitcoin
{
inline constexpr Reject kWrongDifficulty{0x0201, "bitcoin-wrong-difficulty",
    "the header's target is not the one that the network's rules ask for"};
inline constexpr Reject kTimeTooOld{0x0202, "bitcoin-time-too-old",
    "the header's time is not after the median of the eleven before it"};
inline constexpr Reject kTimeTooNew{
    0x0203, "bitcoin-time-too-new", "the header's time is more than two hours ahead of the log"};
inline constexpr Reject kTimewarp{0x0204, "bitcoin-timewarp",
    "a difficulty period can't begin more than ten minutes before the block before it"};
inline constexpr Reject kOldVersion{
    0x0205, "bitcoin-old-version", "the header's version is no longer allowed at its height"};
inline constexpr Reject kWorkOverflow{
    0x0206, "bitcoin-work-overflow", "the chain's work leaves its range"};
inline constexpr Reject kHeightOverflow{
    0x0207, "bitcoin-height-overflow", "the chain's height leaves its range"};
inline constexpr Reject kNotWatched{
    0x0208, "bitcoin-not-watched", "nothing asks for this transaction in this block"};
inline constexpr Reject kUnknownWatchVersion{
    0x0209, "bitcoin-unknown-watch-version", "the watch list has not had this version"};
inline constexpr Reject kBadAnchor{
    0x020a, "bitcoin-bad-anchor", "the anchor of the header chain contradicts itself"};
inline constexpr Reject kBadWindow{
    0x020b, "bitcoin-bad-window", "the window must be between 1 and 2016 blocks"};
inline constexpr Reject kForgotten{
    0x020c, "bitcoin-forgotten", "the block lies below what is kept of the chain"};
inline constexpr Reject kNoTransaction{
    0x020d, "bitcoin-no-transaction", "the bytes are no transaction"};
}  // namespace engine::bitcoin

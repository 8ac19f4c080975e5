#pragma once

#include <cstdint>
#include <span>

namespace engine
{
/// Copies a Cap'n Proto message that was built in one segment, in canonical form (encoding.md,
/// "Canonicalization"): objects in preorder, without gaps, trailing zeros of structs left out. The
/// result is the part of `room` that was written, which is never longer than the message.
///
/// For messages that our own builder wrote: it trusts their pointers. Schemas aren't asked: a
/// member that nobody knows is copied too.
std::span<const std::uint64_t> canonical_copy(
    std::span<const std::uint64_t> message, std::span<std::uint64_t> room);
}  // namespace engine

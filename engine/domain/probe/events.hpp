#pragma once

#include "engine/base/types.hpp"

#include <variant>

namespace engine::probe
{
/// What genesis says about probes.
struct Genesis
{
    bool enabled = false;  ///< Off: every probe is refused.

    friend bool operator==(const Genesis&, const Genesis&) = default;
};

/// A measurement of the engine itself: adds an amount to an account, once per id. Moves no money.
struct Probed
{
    Hash256 id;
    std::uint64_t account = 0;
    std::uint64_t amount = 0;

    friend bool operator==(const Probed&, const Probed&) = default;
};

using Event = std::variant<Probed>;
}  // namespace engine::probe

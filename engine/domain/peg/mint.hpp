#pragma once

#include "engine/base/describe.hpp"
#include "engine/core/byte_codec.hpp"
#include "engine/domain/peg/events.hpp"

namespace engine::peg
{
/// What a mint effect asks for: its payload.
struct Mint
{
    OutPoint deposit;
    Principal recipient;
    Sats amount;

    static constexpr auto describe()
    {
        return fields(field("deposit", &Mint::deposit), field("recipient", &Mint::recipient),
            field("amount", &Mint::amount));
    }
    friend bool operator==(const Mint&, const Mint&) = default;
};
}  // namespace engine::peg

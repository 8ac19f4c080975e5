#pragma once

#include "engine/base/bytes.hpp"
#include "engine/bitcoin/network.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace engine::sbtc
{
// Output 0 of an operation is OP_RETURN and one push:
//
//     magic(2) opcode(1) payload
//
// The magic is X2 on mainnet, T2 on the public test networks, id on regtest. (One text on
// commit-reveal swaps X2 and T2; no code does.)

namespace opcode
{
inline constexpr std::uint8_t kPegIn = '<';
inline constexpr std::uint8_t kPegOutRequest = '>';
inline constexpr std::uint8_t kPegOutFulfilment = '!';
inline constexpr std::uint8_t kHandOff = 'H';
inline constexpr std::uint8_t kReveal = 'w';  ///< The data is in the witness of the first input.
}  // namespace opcode

/// Of every network.
inline constexpr std::array<std::string_view, 3> kMagics{"X2", "T2", "id"};

std::string_view magic_of(btc::Network network);

struct MarkedData
{
    std::uint8_t opcode = 0;
    bool is_of_network = false;  ///< Otherwise the magic is another network's.
    ByteView payload;            ///< Valid as long as the script.
};

/// What an output script says behind the magic. Nothing: it has none of the magics, or no opcode
/// of sBTC's (Stacks has others behind the same magics).
std::optional<MarkedData> marked_data(ByteView script, btc::Network network);
}  // namespace engine::sbtc

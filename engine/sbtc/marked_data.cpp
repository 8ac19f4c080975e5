#include "engine/sbtc/marked_data.hpp"

#include "engine/bitcoin/data_carrier.hpp"

#include <algorithm>

namespace engine::sbtc
{
namespace
{
constexpr std::size_t kMagicSize = 2;

bool is_ours(std::uint8_t code)
{
    return code == opcode::kPegIn || code == opcode::kPegOutRequest ||
           code == opcode::kPegOutFulfilment || code == opcode::kHandOff || code == opcode::kReveal;
}

bool is_magic(ByteView bytes, std::string_view magic)
{
    return std::equal(bytes.begin(), bytes.end(), magic.begin(), magic.end(),
        [](std::uint8_t byte, char c) { return byte == static_cast<std::uint8_t>(c); });
}
}  // namespace

std::string_view magic_of(btc::Network network)
{
    switch (network)
    {
        case btc::Network::mainnet:
            return kMagics[0];
        case btc::Network::testnet4:
        case btc::Network::signet:
            return kMagics[1];
        case btc::Network::regtest:
            return kMagics[2];
    }
    return {};
}

std::optional<MarkedData> marked_data(ByteView script, btc::Network network)
{
    const auto data = btc::data_carrier(script);
    if (!data || data->size() <= kMagicSize || !is_ours((*data)[kMagicSize]))
        return std::nullopt;
    const auto magic = data->first(kMagicSize);
    if (std::none_of(
            kMagics.begin(), kMagics.end(), [&](auto known) { return is_magic(magic, known); }))
        return std::nullopt;
    return MarkedData{
        (*data)[kMagicSize], is_magic(magic, magic_of(network)), data->subspan(kMagicSize + 1)};
}
}  // namespace engine::sbtc

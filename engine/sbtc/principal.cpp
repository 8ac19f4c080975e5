#include "engine/sbtc/principal.hpp"

#include "engine/hash/hash160.hpp"
#include "engine/sbtc/c32.hpp"

#include <algorithm>

namespace engine::sbtc
{
bool is_letter(std::uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_contract_name(ByteView name)
{
    const auto may_follow = [](std::uint8_t c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !name.empty() && name.size() <= kContractNameMax && is_letter(name[0]) &&
           std::all_of(name.begin(), name.end(), may_follow);
}

std::optional<Fault> find_fault(const Principal& principal, btc::Network network)
{
    const bool is_mainnet = network == btc::Network::mainnet;
    const std::uint64_t expected = is_mainnet ? 22 : 26;
    if (!is_mainnet_version(principal.version) && !is_test_version(principal.version))
        return Fault{FaultKind::unknown_version, expected, principal.version};
    if (is_mainnet_version(principal.version) != is_mainnet)
        return Fault{FaultKind::recipient_of_other_network, expected, principal.version};
    const Bytes name{principal.contract.begin(), principal.contract.end()};
    if (!name.empty() && !is_contract_name(name))
        return Fault{FaultKind::bad_contract_name, kContractNameMax, name.size()};
    return std::nullopt;
}

Principal single_signer(const CompressedKey& key, btc::Network network)
{
    const std::uint8_t version = network == btc::Network::mainnet ? 22 : 26;
    return {version, hash160(key.bytes), {}};
}

std::string to_text(const Principal& principal)
{
    const auto address = to_c32({principal.version, principal.hash});
    return principal.contract.empty() ? address : address + "." + principal.contract;
}

std::optional<Principal> from_text(std::type_identity<Principal>, std::string_view text)
{
    const auto dot = text.find('.');
    const auto address = from_c32(text.substr(0, dot));
    const auto contract = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
    if (!address || (dot != std::string_view::npos && contract.empty()))
        return std::nullopt;
    return Principal{address->version, address->hash, std::string{contract}};
}
}  // namespace engine::sbtc

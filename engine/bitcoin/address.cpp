#include "engine/bitcoin/address.hpp"

#include "engine/base/check.hpp"
#include "engine/bitcoin/base58.hpp"
#include "engine/bitcoin/bech32.hpp"
#include "engine/bitcoin/script_type.hpp"

#include <algorithm>
#include <array>

namespace engine::btc
{
namespace
{
constexpr std::array<Network, 4> kNetworks = {
    Network::mainnet, Network::testnet4, Network::signet, Network::regtest};
constexpr std::size_t kLegacySize = 1 + Hash160::kSize;

Hash160 hash_of(ByteView bytes)
{
    ENSURE(bytes.size() == Hash160::kSize);
    Hash160 hash;
    std::copy(bytes.begin(), bytes.end(), hash.bytes.begin());
    return hash;
}

Bech32Form form_for(std::uint8_t version)
{
    return version == 0 ? Bech32Form::bech32 : Bech32Form::bech32m;
}

/// Whether the text before its last 1 is some network's prefix, in either case.
bool has_segwit_prefix(std::string_view text)
{
    std::string prefix{text.substr(0, std::min(text.rfind('1'), text.size()))};
    for (auto& c : prefix)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return std::any_of(kNetworks.begin(), kNetworks.end(),
        [&](Network network) { return parameters(network).bech32_prefix == prefix; });
}

Result<Bytes, AddressError> decode_segwit(std::string_view text, const NetworkParameters& network)
{
    const auto content = bech32_decode(text);
    if (!content)
        return Failure{content.error() == Bech32Error::checksum ? AddressError::checksum
                                                                : AddressError::bad_text};
    if (content->prefix != network.bech32_prefix)
        return Failure{AddressError::wrong_network};
    if (content->values.empty())
        return Failure{AddressError::program_size};

    const auto version = content->values[0];
    if (version > 16)
        return Failure{AddressError::witness_version};
    if (content->form != form_for(version))
        return Failure{AddressError::wrong_form};
    const auto program = from_five_bits(ByteView{content->values}.subspan(1));
    if (!program)
        return Failure{AddressError::padding};
    const auto size = program->size();
    if (size < 2 || size > 40 || (version == 0 && size != 20 && size != 32))
        return Failure{AddressError::program_size};
    return witness_script_pubkey({version, *program});
}

std::optional<Bytes> legacy_script(ByteView content, const NetworkParameters& network)
{
    const auto hash = hash_of(content.subspan(1));
    if (content[0] == network.p2pkh_version)
        return pay_to_public_key_hash(hash);
    if (content[0] == network.p2sh_version)
        return pay_to_script_hash(hash);
    return std::nullopt;
}

Result<Bytes, AddressError> decode_legacy(std::string_view text, const NetworkParameters& network)
{
    const auto content = base58check_decode(text, kLegacySize);
    if (!content)
        return Failure{
            base58_decode(text, kLegacySize + 4) ? AddressError::checksum : AddressError::bad_text};
    if (content->size() != kLegacySize)
        return Failure{AddressError::program_size};
    if (auto script = legacy_script(*content, network))
        return std::move(*script);

    const bool known = std::any_of(kNetworks.begin(), kNetworks.end(),
        [&](Network other) { return legacy_script(*content, parameters(other)).has_value(); });
    return Failure{known ? AddressError::wrong_network : AddressError::bad_text};
}

std::string encode_legacy(std::uint8_t version, ByteView hash)
{
    Bytes content{version};
    append(content, hash);
    return base58check_encode(content);
}
}  // namespace

std::string_view describe(AddressError error)
{
    switch (error)
    {
        case AddressError::bad_text:
            return "this is no Bitcoin address";
        case AddressError::checksum:
            return "the address has a typing error";
        case AddressError::wrong_network:
            return "the address belongs to another network";
        case AddressError::wrong_form:
            return "the address has the checksum of another witness version";
        case AddressError::witness_version:
            return "the address has a witness version above 16";
        case AddressError::program_size:
            return "the address carries a hash or key of the wrong size";
        case AddressError::padding:
            return "the address has bits left over";
    }
    ENSURE(!"a declared error");
    return {};
}

Result<Bytes, AddressError> decode_address(std::string_view text, Network network)
{
    return has_segwit_prefix(text) ? decode_segwit(text, parameters(network))
                                   : decode_legacy(text, parameters(network));
}

std::optional<std::string> encode_address(ByteView script_pubkey, Network network)
{
    const auto& p = parameters(network);
    if (const auto witness = witness_program(script_pubkey))
    {
        const auto size = witness->program.size();
        if (witness->version == 0 && size != 20 && size != 32)
            return std::nullopt;
        Bytes values{witness->version};
        append(values, to_five_bits(witness->program));
        return bech32_encode({form_for(witness->version), std::string{p.bech32_prefix}, values});
    }
    const auto script = classify(script_pubkey);
    if (script.type == ScriptType::public_key_hash)
        return encode_legacy(p.p2pkh_version, script.payload);
    if (script.type == ScriptType::script_hash)
        return encode_legacy(p.p2sh_version, script.payload);
    return std::nullopt;
}
}  // namespace engine::btc

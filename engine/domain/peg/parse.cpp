#include "engine/domain/peg/parse.hpp"

#include "engine/bitcoin/data_carrier.hpp"
#include "engine/domain/peg/c32.hpp"
#include "engine/domain/peg/rejects.hpp"

namespace engine::peg
{
namespace
{
using Parsed = Result<PegIn, Reject>;

constexpr std::uint8_t kPegIn = '<';
constexpr std::size_t kNameMax = 40;
constexpr std::array<std::string_view, 3> kMagics{"X2", "T2", "id"};

constexpr std::uint8_t kStandardPrincipal = 0x05;
constexpr std::uint8_t kContractPrincipal = 0x06;

std::string_view magic_of(bitcoin::Network network)
{
    switch (network)
    {
        case bitcoin::Network::mainnet:
            return kMagics[0];
        case bitcoin::Network::testnet4:
        case bitcoin::Network::signet:
            return kMagics[1];
        case bitcoin::Network::regtest:
            return kMagics[2];
    }
    return {};
}

bool is_mainnet_version(std::uint8_t version)
{
    return version == 22 || version == 20;
}
bool is_test_version(std::uint8_t version)
{
    return version == 26 || version == 21;
}

std::string text_of(ByteView bytes)
{
    return {bytes.begin(), bytes.end()};
}

bool is_letter(std::uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// A letter, then letters, digits, hyphens and underscores; at most 40.
bool is_name(ByteView name)
{
    const auto may_follow = [](std::uint8_t c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !name.empty() && name.size() <= kNameMax && is_letter(name[0]) &&
           std::all_of(name.begin(), name.end(), may_follow);
}

/// Takes bytes off the front of the data, or says that there are too few.
class Cursor
{
    ByteView m_rest;

public:
    explicit Cursor(ByteView data) : m_rest{data} {}

    ByteView rest() const { return m_rest; }

    std::optional<ByteView> take(std::size_t count)
    {
        if (m_rest.size() < count)
            return std::nullopt;
        const auto taken = m_rest.first(count);
        m_rest = m_rest.subspan(count);
        return taken;
    }
};

/// A version byte and a hash.
std::optional<Principal> take_address(Cursor& data)
{
    const auto raw = data.take(1 + Hash160::kSize);
    if (!raw)
        return std::nullopt;
    Principal principal;
    principal.version = (*raw)[0];
    std::copy(raw->begin() + 1, raw->end(), principal.hash.bytes.begin());
    return principal;
}

/// A length byte and a name.
std::optional<std::string> take_sized_name(Cursor& data)
{
    const auto size = data.take(1);
    if (!size)
        return std::nullopt;
    const auto name = data.take((*size)[0]);
    if (!name || !is_name(*name))
        return std::nullopt;
    return text_of(*name);
}

/// Forty bytes: a name, then zeros.
std::optional<std::string> take_padded_name(Cursor& data)
{
    const auto field = data.take(kNameMax);
    if (!field)
        return std::nullopt;
    const auto end = std::find(field->begin(), field->end(), 0);
    const auto name = field->first(static_cast<std::size_t>(end - field->begin()));
    if (!is_name(name) || std::any_of(end, field->end(), [](auto b) { return b != 0; }))
        return std::nullopt;
    return text_of(name);
}

Parsed parse_sip005(Cursor data, bool is_contract)
{
    data.take(1);
    auto principal = take_address(data);
    if (!principal)
        return Failure{kNoRecipient};
    if (!is_contract)
        return PegIn{PegInForm::sip005_standard, *principal};
    const auto name = take_sized_name(data);
    if (!name)
        return Failure{kBadContractName};
    principal->contract = *name;
    return PegIn{PegInForm::sip005_contract, *principal};
}

Parsed parse_node(Cursor data)
{
    auto principal = take_address(data);
    if (!principal)
        return Failure{kNoRecipient};
    if (data.rest().empty())
        return PegIn{PegInForm::cli, *principal};
    if (data.rest()[0] == 0)
        return PegIn{PegInForm::node_second, *principal};

    const bool is_padded = is_letter(data.rest()[0]);
    const auto name = is_padded ? take_padded_name(data) : take_sized_name(data);
    if (!name)
        return Failure{kBadContractName};
    principal->contract = *name;
    return PegIn{is_padded ? PegInForm::node_first : PegInForm::node_second, *principal};
}

Parsed parse_text(ByteView data)
{
    while (!data.empty() && data.back() == 0)
        data = data.first(data.size() - 1);
    const auto dot = std::find(data.begin(), data.end(), '.');
    const auto address =
        from_c32(text_of(data.first(static_cast<std::size_t>(dot - data.begin()))));
    if (!address)
        return Failure{kBadAddressText};
    Principal principal{address->version, address->hash, {}};
    if (dot != data.end())
    {
        const auto name = data.subspan(static_cast<std::size_t>(dot - data.begin()) + 1);
        if (!is_name(name))
            return Failure{kBadContractName};
        principal.contract = text_of(name);
    }
    return PegIn{PegInForm::text, principal};
}

Parsed parse_recipient(ByteView data)
{
    if (data.empty())
        return Failure{kNoRecipient};
    const auto first = data[0];
    if (first == kStandardPrincipal || first == kContractPrincipal)
        return parse_sip005(Cursor{data}, first == kContractPrincipal);
    if (is_mainnet_version(first) || is_test_version(first))
        return parse_node(Cursor{data});
    if (first == 'S')
        return parse_text(data);
    return Failure{kUnknownForm};
}
}  // namespace

std::optional<Reject> find_fault(const Principal& principal, bitcoin::Network network)
{
    const bool is_mainnet = network == bitcoin::Network::mainnet;
    const bool is_known =
        is_mainnet_version(principal.version) || is_test_version(principal.version);
    if (!is_known)
        return kUnknownVersion;
    if (is_mainnet_version(principal.version) != is_mainnet)
        return kRecipientOfOtherNetwork;
    const Bytes name{principal.contract.begin(), principal.contract.end()};
    if (!name.empty() && !is_name(name))
        return kBadContractName;
    return std::nullopt;
}

std::optional<Result<PegIn, Reject>> parse_peg_in(ByteView script, bitcoin::Network network)
{
    const auto data = btc::data_carrier(script);
    if (!data || data->size() < 3 || (*data)[2] != kPegIn)
        return std::nullopt;
    const auto magic = text_of(data->first(2));
    if (std::find(kMagics.begin(), kMagics.end(), magic) == kMagics.end())
        return std::nullopt;

    if (magic != magic_of(network))
        return Parsed{Failure{kWrongNetwork}};
    auto parsed = parse_recipient(data->subspan(3));
    if (!parsed)
        return parsed;
    if (const auto fault = find_fault(parsed->recipient, network))
        return Parsed{Failure{*fault}};
    return parsed;
}

std::vector<Bytes> peg_in_prefixes()
{
    std::vector<Bytes> prefixes;
    for (const auto magic : kMagics)
    {
        prefixes.emplace_back(magic.begin(), magic.end());
        prefixes.back().push_back(kPegIn);
    }
    return prefixes;
}
}  // namespace engine::peg

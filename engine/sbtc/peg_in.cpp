#include "engine/sbtc/peg_in.hpp"

#include "engine/sbtc/c32.hpp"
#include "engine/sbtc/cursor.hpp"
#include "engine/sbtc/outputs.hpp"

#include <algorithm>

namespace engine::sbtc
{
namespace
{
using Parsed = Result<PegIn, Fault>;

constexpr std::uint8_t kStandardPrincipal = 0x05;
constexpr std::uint8_t kContractPrincipal = 0x06;
constexpr std::size_t kAddressSize = 1 + Hash160::kSize;

Failure<Fault> cut_off(std::size_t expected, std::size_t found)
{
    return Failure{Fault{FaultKind::cut_off, expected, found}};
}

Failure<Fault> bad_name()
{
    return Failure{Fault{FaultKind::bad_contract_name, kContractNameMax}};
}

std::string text_of(ByteView bytes)
{
    return {bytes.begin(), bytes.end()};
}

/// A version byte and a hash.
std::optional<Principal> take_address(Cursor& data)
{
    const auto raw = data.take(kAddressSize);
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
    if (!name || !is_contract_name(*name))
        return std::nullopt;
    return text_of(*name);
}

/// Forty bytes: a name, then zeros.
std::optional<std::string> take_padded_name(Cursor& data)
{
    const auto field = data.take(kContractNameMax);
    if (!field)
        return std::nullopt;
    const auto end = std::find(field->begin(), field->end(), 0);
    const auto name = field->first(static_cast<std::size_t>(end - field->begin()));
    if (!is_contract_name(name) || std::any_of(end, field->end(), [](auto b) { return b != 0; }))
        return std::nullopt;
    return text_of(name);
}

Parsed parse_sip005(ByteView payload, bool is_contract)
{
    Cursor data{payload.subspan(1)};
    auto principal = take_address(data);
    if (!principal)
        return cut_off(1 + kAddressSize, payload.size());
    if (!is_contract)
        return PegIn{PegInForm::sip005_standard, *principal};
    const auto name = take_sized_name(data);
    if (!name)
        return bad_name();
    principal->contract = *name;
    return PegIn{PegInForm::sip005_contract, *principal};
}

Parsed parse_node(ByteView payload)
{
    Cursor data{payload};
    auto principal = take_address(data);
    if (!principal)
        return cut_off(kAddressSize, payload.size());
    if (data.rest().empty())
        return PegIn{PegInForm::cli, *principal};
    if (data.rest()[0] == 0)
        return PegIn{PegInForm::node_second, *principal};

    const bool is_padded = is_letter(data.rest()[0]);
    const auto name = is_padded ? take_padded_name(data) : take_sized_name(data);
    if (!name)
        return bad_name();
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
        return Failure{Fault{FaultKind::bad_address_text}};
    Principal principal{address->version, address->hash, {}};
    if (dot != data.end())
    {
        const auto name = data.subspan(static_cast<std::size_t>(dot - data.begin()) + 1);
        if (!is_contract_name(name))
            return bad_name();
        principal.contract = text_of(name);
    }
    return PegIn{PegInForm::text, principal};
}

Parsed parse_recipient(ByteView payload)
{
    if (payload.empty())
        return cut_off(kAddressSize, 0);
    const auto first = payload[0];
    if (first == kStandardPrincipal || first == kContractPrincipal)
        return parse_sip005(payload, first == kContractPrincipal);
    if (is_mainnet_version(first) || is_test_version(first))
        return parse_node(payload);
    if (first == 'S')
        return parse_text(payload);
    return Failure{Fault{FaultKind::unknown_form, 0, first}};
}
}  // namespace

Result<PegIn, Fault> parse_peg_in(ByteView payload, btc::Network network)
{
    auto parsed = parse_recipient(payload);
    if (!parsed)
        return parsed;
    if (const auto fault = find_fault(parsed->recipient, network))
        return Failure{*fault};
    return parsed;
}

Result<PaidPegIn, Fault> parse_peg_in(
    ByteView payload, const btc::Transaction& transaction, btc::Network network)
{
    auto peg_in = parse_peg_in(payload, network);
    if (!peg_in)
        return Failure{peg_in.error()};
    const auto payment = output_at(transaction, 1);
    if (!payment)
        return Failure{payment.error()};
    if (payment->value == Sats{})
        return Failure{Fault{FaultKind::no_amount, 1}};
    return PaidPegIn{std::move(*peg_in), payment->value, payment->script_pubkey};
}
}  // namespace engine::sbtc

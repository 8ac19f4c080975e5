#include "engine/domain/peg/parse.hpp"

#include "engine/domain/peg/rejects.hpp"
#include "engine/sbtc/marked_data.hpp"

namespace engine::peg
{
namespace
{
using Parsed = Result<PegIn, Reject>;

btc::Network codec_network(bitcoin::Network network)
{
    return static_cast<btc::Network>(network);  // The numbers are the same.
}

/// The reject under which a peg-in's fault is kept.
Reject reject_of(sbtc::FaultKind kind)
{
    switch (kind)
    {
        case sbtc::FaultKind::cut_off:
            return kNoRecipient;
        case sbtc::FaultKind::bad_contract_name:
            return kBadContractName;
        case sbtc::FaultKind::bad_address_text:
            return kBadAddressText;
        case sbtc::FaultKind::unknown_version:
            return kUnknownVersion;
        case sbtc::FaultKind::recipient_of_other_network:
            return kRecipientOfOtherNetwork;
        case sbtc::FaultKind::wrong_network:
        case sbtc::FaultKind::unknown_form:
        case sbtc::FaultKind::no_output:
        case sbtc::FaultKind::no_address:
        case sbtc::FaultKind::no_amount:
        case sbtc::FaultKind::amount_out_of_range:
        case sbtc::FaultKind::no_fee:
        case sbtc::FaultKind::bad_recovery_id:
        case sbtc::FaultKind::no_signer:
        case sbtc::FaultKind::no_input:
        case sbtc::FaultKind::not_the_fee_output:
        case sbtc::FaultKind::no_script_shown:
        case sbtc::FaultKind::not_a_drop_script:
        case sbtc::FaultKind::data_too_long:
        case sbtc::FaultKind::unknown_opcode:
            return kUnknownForm;  // Of these a recipient can have unknown_form alone.
    }
    return kUnknownForm;
}
}  // namespace

std::optional<Reject> find_fault(const Principal& principal, bitcoin::Network network)
{
    const auto fault = sbtc::find_fault(principal, codec_network(network));
    return fault ? std::optional{reject_of(fault->kind)} : std::nullopt;
}

std::optional<Result<PegIn, Reject>> parse_peg_in(ByteView script, bitcoin::Network network)
{
    const auto marked = sbtc::marked_data(script, codec_network(network));
    if (!marked || marked->opcode != sbtc::opcode::kPegIn)
        return std::nullopt;
    if (!marked->is_of_network)
        return Parsed{Failure{kWrongNetwork}};
    const auto parsed = sbtc::parse_peg_in(marked->payload, codec_network(network));
    return parsed ? Parsed{*parsed} : Parsed{Failure{reject_of(parsed.error().kind)}};
}

std::vector<Bytes> peg_in_prefixes()
{
    std::vector<Bytes> prefixes;
    for (const auto magic : sbtc::kMagics)
    {
        prefixes.emplace_back(magic.begin(), magic.end());
        prefixes.back().push_back(sbtc::opcode::kPegIn);
    }
    return prefixes;
}
}  // namespace engine::peg

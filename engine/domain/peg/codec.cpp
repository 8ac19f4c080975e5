#include "engine/domain/peg/codec.hpp"

#include "engine/codec/reading.hpp"
#include "engine/codec/writing.hpp"

namespace engine::peg
{
namespace
{
constexpr std::size_t kMaxContractBytes = 40;    // SIP-005.
constexpr std::size_t kMaxScriptBytes = 10'000;  // Longer ones can't be spent.

Principal read(wire::Principal::Reader in)
{
    constexpr std::uint8_t kMaxVersion = 31;  // A c32 digit.
    if (in.getVersion() > kMaxVersion)
        reading::fail("recipient.version", reading::number(in.getVersion()) +
                                               ", expected at most " +
                                               reading::number(kMaxVersion));
    return {
        .version = in.getVersion(),
        .hash = reading::fixed<Hash160>(in.getHash(), "recipient.hash"),
        .contract = reading::text(in.getContract(), kMaxContractBytes, "recipient.contract"),
    };
}

RecipientAllowed read(wire::RecipientAllowed::Reader in)
{
    reading::required(in.hasRecipient(), "recipient");
    return {read(in.getRecipient()), LogTime{in.getUntil()}};
}

void write(wire::Principal::Builder out, const Principal& principal)
{
    out.setVersion(principal.version);
    out.setHash(writing::data(principal.hash));
    writing::text(out, &wire::Principal::Builder::setContract, principal.contract);
}

void write(wire::PegEvent::Builder out, const RecipientAllowed& event)
{
    auto allowed = out.initRecipientAllowed();
    write(allowed.initRecipient(), event.recipient);
    allowed.setUntil(event.until.value);
}

void write(wire::PegEvent::Builder out, const RecipientRemoved& event)
{
    write(out.initRecipientRemoved(), event.recipient);
}
}  // namespace

Event decode(wire::PegEvent::Reader in)
{
    switch (in.which())
    {
        case wire::PegEvent::UNSET:
            break;
        case wire::PegEvent::RECIPIENT_ALLOWED:
            reading::required(in.hasRecipientAllowed(), "recipient_allowed");
            return read(in.getRecipientAllowed());
        case wire::PegEvent::RECIPIENT_REMOVED:
            reading::required(in.hasRecipientRemoved(), "recipient");
            return RecipientRemoved{read(in.getRecipientRemoved())};
    }
    throw wire_error{"no event that this engine knows"};
}

void encode(wire::PegEvent::Builder out, const Event& event)
{
    std::visit([&](const auto& e) { write(out, e); }, event);
}

Genesis decode_genesis(wire::PegGenesis::Reader in)
{
    return {
        .wallet_script = reading::bytes(in.getWalletScript(), kMaxScriptBytes, "wallet_script"),
        .confirmations = in.getConfirmations(),
        .minimum = reading::sats(in.getMinimum(), "minimum"),
        .allow_list_only = in.getAllowListOnly(),
    };
}

void encode_genesis(wire::PegGenesis::Builder out, const Genesis& genesis)
{
    writing::bytes(out, &wire::PegGenesis::Builder::setWalletScript, genesis.wallet_script);
    out.setConfirmations(genesis.confirmations);
    out.setMinimum(genesis.minimum.value());
    out.setAllowListOnly(genesis.allow_list_only);
}
}  // namespace engine::peg

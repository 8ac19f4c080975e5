#include "engine/sbtc/signer.hpp"

#include "engine/base/hex.hpp"
#include "engine/bitcoin/address.hpp"
#include "engine/bitcoin/write.hpp"
#include "engine/hash/sha256.hpp"

namespace engine::sbtc
{
namespace
{
constexpr std::string_view kPrefix = "Stacks Signed Message:\n";

/// (order - 1) / 2, the highest s that is low (BIP-62 rule 5).
constexpr std::array<std::uint8_t, 32> kLowSMax{0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d,
    0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0};

/// The amount as u64, big-endian, and the script.
Bytes amount_and_script(Sats amount, ByteView script)
{
    Bytes out;
    for (int shift = 56; shift >= 0; shift -= 8)
        out.push_back(static_cast<std::uint8_t>(amount.value() >> shift));
    append(out, script);
    return out;
}
}  // namespace

Hash256 signed_message_hash(ByteView message)
{
    Sha256 hash;
    btc::write_sized(hash, Bytes{kPrefix.begin(), kPrefix.end()});
    btc::write_sized(hash, message);
    return hash.finish();
}

std::optional<std::string> request_text(
    Sats amount, ByteView recipient_script, btc::Network network)
{
    const auto address = btc::encode_address(recipient_script, network);
    if (!address)
        return std::nullopt;
    return "Withdraw request for " + std::to_string(amount.value()) +
           " satoshis to the bitcoin address " + *address + " (" +
           to_hex(amount_and_script(amount, recipient_script)) + ")";
}

std::optional<Hash256> request_hash(
    Sats amount, ByteView recipient_script, MessageForm form, btc::Network network)
{
    switch (form)
    {
        case MessageForm::plain:
            return sha256(amount_and_script(amount, recipient_script));
        case MessageForm::prefixed:
            return signed_message_hash(amount_and_script(amount, recipient_script));
        case MessageForm::text:
        {
            const auto text = request_text(amount, recipient_script, network);
            if (!text)
                return std::nullopt;
            return signed_message_hash(Bytes{text->begin(), text->end()});
        }
    }
    return std::nullopt;
}

Result<Principal, Fault> recover_signer(
    const PegOutRequest& request, MessageForm form, btc::Network network)
{
    const auto hash = request_hash(request.amount, request.recipient_script, form, network);
    if (!hash)
        return Failure{Fault{FaultKind::no_address, 0, 1}};
    const auto key = ecdsa_recover(*hash, {request.signature, request.recovery_id});
    if (!key)
        return Failure{Fault{FaultKind::no_signer}};
    return single_signer(*key, network);
}

bool has_high_s(const CompactSignature& signature)
{
    return less(kLowSMax, ByteView{signature.bytes}.subspan(32));
}
}  // namespace engine::sbtc

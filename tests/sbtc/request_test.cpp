// Requests to peg out: published transactions with their signers, and what is wrong with others.

#include "engine/base/hex.hpp"
#include "engine/bitcoin/address.hpp"
#include "engine/bitcoin/block.hpp"
#include "tests/bitcoin/vectors.hpp"
#include "tests/sbtc/operations.hpp"

#include <gtest/gtest.h>
#include <set>

namespace engine::sbtc
{
namespace
{
using namespace test;
using btc::Network;

std::optional<PegOutRequest> request_in(const btc::Transaction& transaction, Network network)
{
    const auto parsed = parse_operation(transaction, network);
    if (!parsed || !*parsed)
        return std::nullopt;
    const auto* request = std::get_if<PegOutRequest>(&(*parsed)->operation);
    return request != nullptr ? std::optional{*request} : std::nullopt;
}

std::string signer(const PegOutRequest& request, MessageForm form, Network network)
{
    const auto principal = recover_signer(request, form, network);
    return principal ? to_text(*principal) : to_string(principal.error());
}

// stacks-core before 846dd96ab8, peg_out_request.rs.
TEST(PegOutRequest, OfTheAlphaNodeIsReadAndItsSignerRecovered)
{
    const auto vectors = btc::read_json_vector("sbtc-alpha/peg_out_request_tx.json");
    SKIP_WITHOUT(vectors, "sbtc-alpha/peg_out_request_tx.json");
    ASSERT_EQ(vectors->as_array().size(), 2u);
    for (const auto& row : vectors->as_array())
    {
        const auto transaction = btc::decode_transaction(btc::hex(row.at("tx_hex")));
        ASSERT_TRUE(transaction.has_value());
        const auto request = request_in(*transaction, Network::regtest);
        ASSERT_TRUE(request.has_value());
        EXPECT_EQ(request->amount.value(), row.at("amount").to_number<std::uint64_t>());
        EXPECT_EQ(request->fee.value(), row.at("fulfillment_fee").to_number<std::uint64_t>());
        EXPECT_EQ(to_hex(request->memo), btc::text(row.at("memo")));
        EXPECT_EQ(request->recipient_script, btc::pay_to_taproot(PublicKey{}));
        EXPECT_EQ(request->wallet_script, btc::pay_to_taproot(PublicKey{}));
        Bytes signature{request->recovery_id};
        append(signature, request->signature.bytes);
        EXPECT_EQ(to_hex(signature), btc::text(row.at("signature_vrs")));
        EXPECT_EQ(
            signer(*request, MessageForm::plain, Network::regtest), btc::text(row.at("signer")));
        // Over another message the same signature is another key's.
        EXPECT_NE(
            signer(*request, MessageForm::prefixed, Network::regtest), btc::text(row.at("signer")));
    }
}

/// Whom a signature stands for under each form of the message: all different, as no owner is
/// published.
std::set<std::string> signers(const PegOutRequest& request, Network network)
{
    std::set<std::string> out;
    for (const auto form : {MessageForm::plain, MessageForm::prefixed, MessageForm::text})
    {
        const auto principal = recover_signer(request, form, network);
        if (principal)
            out.insert(to_text(*principal));
    }
    return out;
}

// sbtc-bridge-lib, withdraw.test.ts.
TEST(PegOutRequest, OfTheBridgeLibraryIsRead)
{
    const auto vectors = btc::read_json_vector("sbtc-alpha/bridge_api.json");
    SKIP_WITHOUT(vectors, "sbtc-alpha/bridge_api.json");
    const auto& row = vectors->at("withdraw_tx").as_array()[0];
    const auto transaction = btc::decode_transaction(btc::hex(row.at("hex")));
    ASSERT_TRUE(transaction.has_value());
    const auto request = request_in(*transaction, Network::signet);
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->amount.value(), row.at("amount").to_number<std::uint64_t>());
    EXPECT_EQ(request->recovery_id, 1);
    EXPECT_EQ(request->fee.value(), 345'041u);
    EXPECT_EQ(btc::encode_address(request->wallet_script, Network::signet),
        btc::text(row.at("sbtcWallet")));
    EXPECT_EQ(signers(*request, Network::signet).size(), 3u);
}

// sbtc-developer-release, romeo/src/proof_data.rs: real blocks of regtest and testnet.
TEST(PegOutRequest, AndPegInsInRealBlocksAreRead)
{
    const auto vectors = btc::read_json_vector("sbtc-alpha/merkle_proofs.json");
    SKIP_WITHOUT(vectors, "sbtc-alpha/merkle_proofs.json");
    std::vector<PegOutRequest> requests;
    std::vector<PaidPegIn> peg_ins;
    for (const auto& row : vectors->as_array())
    {
        const auto network =
            row.at("height").to_number<int>() == 3538 ? Network::regtest : Network::signet;
        const auto block = btc::decode_block(btc::hex(row.at("block_hex")));
        ASSERT_TRUE(block.has_value());
        for (const auto& transaction : block->transactions)
        {
            const auto parsed = parse_operation(transaction, network);
            if (!parsed)
                continue;  // Block commits and key registrations of Stacks are among them.
            ASSERT_TRUE(parsed->has_value()) << to_string(parsed->error());
            const auto& operation = (*parsed)->operation;
            if (const auto* request = std::get_if<PegOutRequest>(&operation))
                requests.push_back(*request);
            if (const auto* peg_in = std::get_if<PaidPegIn>(&operation))
                peg_ins.push_back(*peg_in);
        }
    }
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_EQ(requests[0].amount.value(), 1'000u);
    EXPECT_EQ(requests[0].fee.value(), 99'994'277u);
    EXPECT_EQ(btc::encode_address(requests[0].recipient_script, Network::signet),
        "tb1qwe9ddxp6v32uef2v66j00vx6wxax5zat223tms");
    EXPECT_EQ(signers(requests[0], Network::signet).size(), 3u);
    ASSERT_EQ(peg_ins.size(), 1u);
    EXPECT_EQ(peg_ins[0].amount.value(), 1'000u);
    EXPECT_EQ(peg_ins[0].peg_in.form, PegInForm::sip005_standard);
}

// sbtc-developer-release, sbtc-core op_return/withdrawal_request.rs.
TEST(PegOutRequest, TextOfTheDeveloperReleaseIsHashedAsWalletsDo)
{
    const auto vectors = btc::read_json_vector("sbtc-alpha/developer_release.json");
    SKIP_WITHOUT(vectors, "sbtc-alpha/developer_release.json");
    const auto& row = vectors->at("withdrawal_message");
    const auto amount = *Sats::from(row.at("amount").to_number<std::uint64_t>());
    const auto script = btc::decode_address(btc::text(row.at("address")), Network::signet);
    ASSERT_TRUE(script.has_value());
    EXPECT_EQ(request_text(amount, *script, Network::signet), btc::text(row.at("text")));
    const auto hash = request_hash(amount, *script, MessageForm::text, Network::signet);
    ASSERT_TRUE(hash.has_value());
    EXPECT_EQ(to_hex(hash->bytes), btc::text(row.at("sha256")));
}

SecretKey key_of(std::uint8_t number)
{
    Bytes raw(32);
    raw.back() = number;
    return *SecretKey::from(raw);
}

PegOutRequest signed_request(MessageForm form, Network network)
{
    PegOutRequest request;
    request.amount = *Sats::from(1'337);
    request.recipient_script = kRecipient;
    const auto hash = *request_hash(request.amount, kRecipient, form, network);
    const auto signature = ecdsa_sign(key_of(7), hash);
    request.signature = signature.signature;
    request.recovery_id = signature.recovery_id;
    return request;
}

TEST(PegOutSigner, IsRecoveredUnderEachFormOfTheMessageAndUnderNoOther)
{
    const std::array forms{MessageForm::plain, MessageForm::prefixed, MessageForm::text};
    for (const auto network : {Network::mainnet, Network::testnet4, Network::regtest})
    {
        const auto owner = single_signer(compressed_key(key_of(7)), network);
        EXPECT_EQ(owner.version, network == Network::mainnet ? 22 : 26);
        for (const auto signed_as : forms)
        {
            const auto request = signed_request(signed_as, network);
            for (const auto read_as : forms)
                EXPECT_EQ(
                    signer(request, read_as, network) == to_text(owner), read_as == signed_as);
        }
    }
}

TEST(PegOutSigner, ChangesWithTheAmountTheRecipientAndTheSignature)
{
    const auto request = signed_request(MessageForm::plain, Network::regtest);
    const auto owner = signer(request, MessageForm::plain, Network::regtest);
    auto other = request;
    other.amount = *Sats::from(1'338);
    EXPECT_NE(signer(other, MessageForm::plain, Network::regtest), owner);
    other = request;
    other.recipient_script.back() ^= 1;
    EXPECT_NE(signer(other, MessageForm::plain, Network::regtest), owner);
    other = request;
    other.recovery_id ^= 1;
    EXPECT_NE(signer(other, MessageForm::plain, Network::regtest), owner);
}

/// (r, order - s) and the other recovery id.
PegOutRequest twin_of(PegOutRequest request)
{
    const auto order =
        *from_hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;)
    {
        const int difference = order[i] - request.signature.bytes[32 + i] - borrow;
        borrow = difference < 0 ? 1 : 0;
        request.signature.bytes[32 + i] = static_cast<std::uint8_t>(difference & 0xff);
    }
    request.recovery_id ^= 1;
    return request;
}

TEST(PegOutSigner, OfASignatureWithHighSIsThatOfItsTwin)
{
    const auto request = signed_request(MessageForm::plain, Network::regtest);
    const auto twin = twin_of(request);
    EXPECT_FALSE(has_high_s(request.signature));
    EXPECT_TRUE(has_high_s(twin.signature));
    EXPECT_EQ(signer(twin, MessageForm::plain, Network::regtest),
        signer(request, MessageForm::plain, Network::regtest));
}

TEST(PegOutSigner, HighSBeginsAboveHalfTheOrder)
{
    CompactSignature signature;
    const auto half = *from_hex("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");
    std::copy(half.begin(), half.end(), signature.bytes.begin() + 32);
    EXPECT_FALSE(has_high_s(signature));
    ++signature.bytes.back();
    EXPECT_TRUE(has_high_s(signature));
    EXPECT_FALSE(has_high_s(CompactSignature{}));
}

TEST(PegOutSigner, OfNumbersOutOfRangeThereIsNone)
{
    auto request = signed_request(MessageForm::plain, Network::regtest);
    request.signature = {};
    EXPECT_EQ(recover_signer(request, MessageForm::plain, Network::regtest).error().kind,
        FaultKind::no_signer);
    request.signature.bytes.fill(0xff);
    EXPECT_EQ(recover_signer(request, MessageForm::plain, Network::regtest).error().kind,
        FaultKind::no_signer);
    request.recipient_script = {0x51};
    EXPECT_EQ(recover_signer(request, MessageForm::text, Network::regtest).error(),
        (Fault{FaultKind::no_address, 0, 1}));
}
}  // namespace
}  // namespace engine::sbtc

// Every operation, and everything that can be wrong with one, in the order of the readers.

#include "engine/sbtc/operation.hpp"

#include "engine/base/hex.hpp"
#include "tests/bitcoin/vectors.hpp"
#include "tests/sbtc/operations.hpp"

#include <gtest/gtest.h>

namespace engine::sbtc
{
namespace
{
using namespace test;
using btc::Network;
using Payments = std::initializer_list<std::pair<std::uint64_t, Bytes>>;

/// What the reader says in words: the kind of operation, or the fault.
std::string said(const btc::Transaction& transaction,
    const std::optional<ByteView>& spent_script = std::nullopt, Network network = Network::regtest)
{
    const auto parsed = parse_operation(transaction, network, spent_script);
    if (!parsed)
        return "nothing";
    if (!*parsed)
        return std::string{name(parsed->error().kind)} + ": " + to_string(parsed->error());
    constexpr std::array kinds{"peg-in", "request", "fulfilment", "hand-off"};
    return std::string{(*parsed)->reveal ? "revealed " : ""} + kinds[(*parsed)->operation.index()];
}

FoundOperation found(
    const btc::Transaction& transaction, const std::optional<ByteView>& spent_script = std::nullopt)
{
    const auto parsed = parse_operation(transaction, Network::regtest, spent_script);
    EXPECT_TRUE(parsed && *parsed) << said(transaction, spent_script);
    return parsed && *parsed ? **parsed : FoundOperation{};
}

TEST(Operation, MarksOfOtherNetworksAreFaultsAndOtherMarksAreNothing)
{
    const struct
    {
        Network network;
        std::string_view magic;
    } rows[] = {{Network::mainnet, "X2"}, {Network::testnet4, "T2"}, {Network::signet, "T2"},
        {Network::regtest, "id"}};
    for (const auto& row : rows)
    {
        for (const auto magic : kMagics)
        {
            const auto data = join({text(magic), text(">"), request_payload()});
            EXPECT_EQ(said(request(data), std::nullopt, row.network),
                magic == row.magic ? "request"
                                   : "sbtc-wrong-network: the data is marked for another network");
        }
        for (const auto* other : {"x2", "ID", "ST", "SP"})
        {
            EXPECT_EQ(said(request(join({text(other), text(">"), request_payload()})), std::nullopt,
                          row.network),
                "nothing");
        }
    }
    // Stacks' own operations are behind the same magics.
    for (const auto* stacks : {"id[", "id^", "idx", "idp", "id$", "id#", "idr", "id", "i", ""})
        EXPECT_EQ(said(request(text(stacks))), "nothing") << stacks;
    EXPECT_EQ(said(btc::Transaction{}), "nothing");
}

TEST(Operation, DataStandsInTheFirstOutputAlone)
{
    auto transaction = request(join({text("id>"), request_payload()}));
    std::swap(transaction.outputs[0], transaction.outputs[1]);
    EXPECT_EQ(said(transaction), "nothing");
}

TEST(PegOutRequest, IsReadWithItsMemo)
{
    const auto operation =
        found(request(join({text("id>"), request_payload(1'337), text("memo")}))).operation;
    const auto& read = std::get<PegOutRequest>(operation);
    EXPECT_EQ(read.amount.value(), 1'337u);
    EXPECT_EQ(read.recipient_script, kRecipient);
    EXPECT_EQ(read.fee.value(), 42u);
    EXPECT_EQ(read.wallet_script, kWallet);
    EXPECT_EQ(read.memo, text("memo"));
    EXPECT_EQ(read.recovery_id, 0);
    EXPECT_EQ(read.signature.bytes[0], 0x11);
}

TEST(PegOutRequest, EachFaultHasItsNameAndSaysWhatWasExpected)
{
    const auto with = [](const Bytes& payload, Payments payments) {
        return with_payments(carrier(join({text("id>"), payload})), payments);
    };
    const auto good = request_payload();
    const auto cut = [&](std::ptrdiff_t size) { return Bytes{good.begin(), good.begin() + size}; };
    const Payments paid{{330, kRecipient}, {42, kWallet}};
    const struct
    {
        btc::Transaction transaction;
        std::string said;
    } rows[] = {
        {with({}, paid),
            "sbtc-cut-off: the data ends before its last field: 73 bytes are expected, 0 found"},
        {with(cut(8), paid),
            "sbtc-cut-off: the data ends before its last field: 73 bytes are expected, 8 found"},
        {with(cut(72), paid),
            "sbtc-cut-off: the data ends before its last field: 73 bytes are expected, 72 found"},
        {with(cut(73), paid), "request"},
        {with(request_payload(0), paid), "sbtc-no-amount: at least 1 satoshi is expected, not 0"},
        {with(request_payload(1), paid), "request"},
        {with(request_payload(Sats::kMax), paid), "request"},
        {with(request_payload(Sats::kMax + 1), paid),
            "sbtc-amount-out-of-range: at most 2100000000000000 satoshis are expected, not "
            "2100000000000001"},
        {with(request_payload(UINT64_MAX), paid),
            "sbtc-amount-out-of-range: at most 2100000000000000 satoshis are expected, not "
            "18446744073709551615"},
        {with(join({number(1), some_signature(3)}), paid), "request"},
        {with(join({number(1), some_signature(4)}), paid),
            "sbtc-bad-recovery-id: a recovery id from 0 to 3 is expected, not 4"},
        {with(good, {}), "sbtc-no-output: output 1 is expected, and there are 1 outputs"},
        {with(good, {{330, Bytes{0x51}}, {42, kWallet}}),
            "sbtc-no-address: output 1 is expected to pay an address, and pays another script"},
        {with(good, {{330, kRecipient}}),
            "sbtc-no-output: output 2 is expected, and there are 2 outputs"},
        {with(good, {{0, kRecipient}, {42, kWallet}}), "request"},
        {with(good, {{330, kRecipient}, {0, kWallet}}),
            "sbtc-no-fee: output 2 is expected to pay for the fulfilment, and is worth nothing"},
        {with(good, {{330, kRecipient}, {1, kWallet}}), "request"},
    };
    for (const auto& row : rows)
        EXPECT_EQ(said(row.transaction), row.said);
}

TEST(PegOutRequest, RecipientsAreThoseThatHaveAnAddress)
{
    const auto to = [](const Bytes& script) {
        return said(with_payments(
            carrier(join({text("id>"), request_payload()})), {{330, script}, {42, kWallet}}));
    };
    for (const auto& script : {btc::pay_to_public_key_hash({}), btc::pay_to_script_hash({}),
             btc::pay_to_witness_key_hash({}), btc::pay_to_witness_script_hash({}),
             btc::pay_to_taproot({})})
        EXPECT_EQ(to(script), "request") << to_hex(script);
    for (const auto& script : {Bytes{}, Bytes{0x51}, btc::carry_data(text("x")), Bytes(40, 0x51),
             *from_hex("51024e73"), *from_hex("5220" + std::string(64, '0'))})
        EXPECT_EQ(to(script).substr(0, 15), "sbtc-no-address") << to_hex(script);
}

TEST(PegOutFulfilment, NamesItsRequestByTheInputItSpends)
{
    const Bytes tip(32, 0x0e);
    const auto operation =
        found(with_payments(carrier(join({text("id!"), tip, text("memo")})), {{1'337, kRecipient}}))
            .operation;
    const auto& read = std::get<PegOutFulfilment>(operation);
    EXPECT_EQ(read.chain_tip.bytes[31], 0x0e);
    EXPECT_EQ(read.request, (Txid{{9}}));
    EXPECT_EQ(read.recipient_script, kRecipient);
    EXPECT_EQ(read.amount.value(), 1'337u);
    EXPECT_EQ(read.memo, text("memo"));
}

TEST(PegOutFulfilment, EachFaultHasItsNameAndSaysWhatWasExpected)
{
    const auto with = [](const Bytes& payload, std::uint32_t spends, Payments payments) {
        auto transaction = with_payments(carrier(join({text("id!"), payload})), payments);
        transaction.inputs[0].previous.index = spends;
        return transaction;
    };
    const Bytes tip(32, 0x0e);
    auto without_inputs = with(tip, 2, {{1, kRecipient}});
    without_inputs.inputs.clear();
    auto second_input = with(tip, 1, {{1, kRecipient}});
    second_input.inputs.push_back({{{{9}}, 2}, {}, 0, {}});
    const struct
    {
        btc::Transaction transaction;
        std::string said;
    } rows[] = {
        {with(Bytes(31), 2, {{1, kRecipient}}),
            "sbtc-cut-off: the data ends before its last field: 32 bytes are expected, 31 found"},
        {with(tip, 2, {{1, kRecipient}}), "fulfilment"},
        {without_inputs, "sbtc-no-input: a first input is expected, and there is none"},
        {with(tip, 1, {{1, kRecipient}}),
            "sbtc-not-the-fee-output: input 0 is expected to spend output 2 of the request, not 1"},
        {with(tip, 3, {{1, kRecipient}}),
            "sbtc-not-the-fee-output: input 0 is expected to spend output 2 of the request, not 3"},
        {with(tip, UINT32_MAX, {{1, kRecipient}}),
            "sbtc-not-the-fee-output: input 0 is expected to spend output 2 of the request, not "
            "4294967295"},
        {second_input,
            "sbtc-not-the-fee-output: input 0 is expected to spend output 2 of the request, not 1"},
        {with(tip, 2, {}), "sbtc-no-output: output 1 is expected, and there are 1 outputs"},
        {with(tip, 2, {{1, Bytes{}}}),
            "sbtc-no-address: output 1 is expected to pay an address, and pays another script"},
        {with(tip, 2, {{0, kRecipient}}), "sbtc-no-amount: at least 1 satoshi is expected, not 0"},
    };
    for (const auto& row : rows)
        EXPECT_EQ(said(row.transaction), row.said);
}

TEST(HandOff, IsReadAndEachFaultHasItsName)
{
    const auto with = [](const Bytes& payload, Payments payments) {
        return with_payments(carrier(join({text("idH"), payload})), payments);
    };
    const auto operation = found(with(join({number(67), text("memo")}), {{5, kWallet}})).operation;
    EXPECT_EQ(std::get<HandOff>(operation), (HandOff{67, *Sats::from(5), kWallet, text("memo")}));
    const auto last = found(with(number(UINT64_MAX), {{5, kWallet}})).operation;
    EXPECT_EQ(std::get<HandOff>(last).reward_cycle, UINT64_MAX);

    const struct
    {
        btc::Transaction transaction;
        std::string said;
    } rows[] = {
        {with(Bytes(7), {{1, kWallet}}),
            "sbtc-cut-off: the data ends before its last field: 8 bytes are expected, 7 found"},
        {with(Bytes(8), {{1, kWallet}}), "hand-off"},
        {with(Bytes(8), {}), "sbtc-no-output: output 1 is expected, and there are 1 outputs"},
        {with(Bytes(8), {{1, Bytes{}}}),
            "sbtc-no-address: output 1 is expected to pay an address, and pays another script"},
        {with(Bytes(8), {{0, kWallet}}), "sbtc-no-amount: at least 1 satoshi is expected, not 0"},
    };
    for (const auto& row : rows)
        EXPECT_EQ(said(row.transaction), row.said);
}

TEST(PegIn, IsPaidByTheSecondOutput)
{
    const auto data = join({text("id<"), peg_in_payload()});
    const auto operation = found(with_payments(carrier(data), {{7, kWallet}})).operation;
    EXPECT_EQ(std::get<PaidPegIn>(operation),
        (PaidPegIn{{PegInForm::cli, kReceiver}, *Sats::from(7), kWallet}));

    EXPECT_EQ(said(carrier(data)), "sbtc-no-output: output 1 is expected, and there are 1 outputs");
    EXPECT_EQ(said(with_payments(carrier(data), {{0, kWallet}})),
        "sbtc-no-amount: at least 1 satoshi is expected, not 0");
    EXPECT_EQ(said(carrier(text("id<"))),
        "sbtc-cut-off: the data ends before its last field: 21 bytes are expected, 0 found");
    EXPECT_EQ(said(carrier(join({text("id<"), Bytes{5}, Bytes(20)}))),
        "sbtc-cut-off: the data ends before its last field: 22 bytes are expected, 21 found");
    EXPECT_EQ(said(carrier(join({text("id<"), Bytes{7}, Bytes(30)}))),
        "sbtc-unknown-form: the data begins with 7, as no published form does");
    EXPECT_EQ(said(carrier(join({text("id<"), Bytes{22}, Bytes(20)}))),
        "sbtc-recipient-of-other-network: an address of version 22 belongs to another network; one "
        "of this network has 26");
    EXPECT_EQ(said(carrier(join({text("id<"), Bytes{5, 1}, Bytes(20)}))),
        "sbtc-unknown-version: no Stacks address has version 1; one of this network has 26");
}

const Bytes kPegInData = join({text("<"), peg_in_payload(), number(5'000)});
const Bytes kRequestData = join({text(">"), request_payload(), text("memo"), number(700)});

TEST(Reveal, OfEveryKindShowsPegInsAndRequests)
{
    for (const auto kind : kCommitKinds)
    {
        const auto peg_in = commit(kind, drop_script(kPegInData));
        auto read =
            found(with_payments(reveal(peg_in), {{9, kWallet}}), ByteView{peg_in.spent_script});
        ASSERT_TRUE(read.reveal.has_value());
        EXPECT_EQ(read.reveal->kind, kind);
        EXPECT_EQ(read.reveal->fee_max, 5'000u);
        EXPECT_EQ(read.reveal->script, drop_script(kPegInData));
        EXPECT_EQ(std::get<PaidPegIn>(read.operation).peg_in.recipient, kReceiver);

        const auto asked = commit(kind, drop_script(kRequestData));
        read = found(with_payments(reveal(asked), {{330, kRecipient}, {42, kWallet}}),
            ByteView{asked.spent_script});
        ASSERT_TRUE(read.reveal.has_value());
        EXPECT_EQ(read.reveal->fee_max, 700u);
        EXPECT_EQ(std::get<PegOutRequest>(read.operation).memo, text("memo"));
        EXPECT_EQ(std::get<PegOutRequest>(read.operation).recipient_script, kRecipient);
    }
}

// sbtc-bridge-lib, deposit.test.ts.
TEST(Reveal, PayloadOfTheBridgeLibraryIsRead)
{
    const auto vectors = btc::read_json_vector("sbtc-alpha/bridge_api.json");
    SKIP_WITHOUT(vectors, "sbtc-alpha/bridge_api.json");
    const auto& row = vectors->at("op_drop_payload").as_array()[0];
    const auto shown = commit(CommitKind::taproot, drop_script(btc::hex(row.at("hex"))));
    const auto read =
        found(with_payments(reveal(shown), {{9, kWallet}}), ByteView{shown.spent_script});
    EXPECT_EQ(read.reveal->fee_max, row.at("revealFee").to_number<std::uint64_t>());
    EXPECT_EQ(to_text(std::get<PaidPegIn>(read.operation).peg_in.recipient),
        btc::text(row.at("address")));
}

TEST(Reveal, MustShowWhatTheSpentOutputCommitsTo)
{
    for (const auto kind : kCommitKinds)
    {
        const auto right = commit(kind, drop_script(kPegInData));
        const auto other = commit(kind, drop_script(kRequestData));
        const auto transaction = with_payments(reveal(right), {{9, kWallet}});
        EXPECT_EQ(said(transaction, ByteView{other.spent_script}),
            "sbtc-no-script-shown: input 0 is expected to show the script that the output commits "
            "to");
        for (const auto& output : {Bytes{}, kRecipient, btc::pay_to_script_hash({}),
                 btc::pay_to_taproot({}), btc::pay_to_witness_script_hash({})})
            EXPECT_EQ(said(transaction, ByteView{output}).substr(0, 20), "sbtc-no-script-shown");
        // By its form alone it is read: who calls so has checked the witness.
        EXPECT_EQ(said(transaction), "revealed peg-in");
    }
}

TEST(Reveal, WhatIsWrappedMustHashToItsWrapping)
{
    for (const auto kind : {CommitKind::wrapped_witness_script, CommitKind::wrapped_taproot})
    {
        auto shown = commit(kind, drop_script(kPegInData));
        shown.input.witness[1].back() ^= 1;
        EXPECT_EQ(said(with_payments(reveal(shown), {{9, kWallet}})).substr(0, 20),
            "sbtc-no-script-shown");
    }
}

TEST(Reveal, AnAnnexIsNoControlBlock)
{
    auto shown = commit(CommitKind::taproot, drop_script(kPegInData));
    shown.input.witness.push_back({0x50, 1, 2, 3});
    EXPECT_EQ(said(with_payments(reveal(shown), {{9, kWallet}}), ByteView{shown.spent_script}),
        "revealed peg-in");
}

TEST(Reveal, EachFaultHasItsNameAndSaysWhatWasExpected)
{
    const auto of_data = [](const Bytes& data) {
        return with_payments(
            reveal(commit(CommitKind::witness_script, drop_script(data))), {{9, kWallet}});
    };
    const auto of_script = [](const Bytes& script) {
        return with_payments(reveal(commit(CommitKind::witness_script, script)), {{9, kWallet}});
    };
    const auto of_input = [](Bytes script_sig, std::vector<Bytes> witness) {
        return with_payments(
            reveal({{{{{8}}, 0}, std::move(script_sig), 0, std::move(witness)}, {}}),
            {{9, kWallet}});
    };
    const std::string none =
        "sbtc-no-script-shown: input 0 is expected to show the script that the output commits to";
    const std::string no_drop =
        "sbtc-not-a-drop-script: the script is expected to begin with a push and OP_DROP";
    auto without_inputs = of_data(kPegInData);
    without_inputs.inputs.clear();
    const auto padded = join({text("<"), peg_in_payload(), Bytes(77 - 21), number(1)});
    const struct
    {
        btc::Transaction transaction;
        std::string said;
    } rows[] = {
        {without_inputs, "sbtc-no-input: a first input is expected, and there is none"},
        {of_input({}, {}), none},
        {of_input({0xac}, {}), none},
        {of_input({0x4c}, {}), none},
        {of_input({0x4c, 5, 1}, {}), none},
        {of_input({0x01, 0x51}, {Bytes{1}}), none},
        {of_input({}, {Bytes{}}), no_drop},
        {of_input({0x00}, {}), no_drop},
        {of_script({}), no_drop},
        {of_script({0x75}), no_drop},
        {of_script({0x51, 0x75}), no_drop},
        {of_script({0x02, 0x3c}), no_drop},
        {of_script({0x01, 0x3c, 0xac}), no_drop},
        {of_script({0x4e, 0xff, 0xff, 0xff, 0xff, 0x75}), no_drop},
        {of_script({0x01, 0x3c, 0x75}),
            "sbtc-cut-off: the data ends before its last field: 9 bytes are expected, 1 found"},
        {of_data(join({text("<"), Bytes(7)})),
            "sbtc-cut-off: the data ends before its last field: 9 bytes are expected, 8 found"},
        {of_data(join({text("<"), Bytes(8)})),
            "sbtc-cut-off: the data ends before its last field: 21 bytes are expected, 0 found"},
        {of_data(padded), "revealed peg-in"},
        {of_data(join({text("<"), Bytes(86)})),
            "sbtc-data-too-long: at most 86 bytes of data are expected, not 87"},
        {of_data(join({text("H"), Bytes(16)})),
            "sbtc-unknown-opcode: a peg-in or a request to peg out is expected, not opcode 72"},
        {of_data(join({text("w"), Bytes(16)})),
            "sbtc-unknown-opcode: a peg-in or a request to peg out is expected, not opcode 119"},
        {of_data(kRequestData),
            "sbtc-no-address: output 1 is expected to pay an address, and pays another script"},
    };
    for (const auto& row : rows)
    {
        auto transaction = row.transaction;
        if (row.said.starts_with("sbtc-no-address"))
            transaction.outputs[1].script_pubkey = {0x51};
        EXPECT_EQ(said(transaction), row.said);
    }
}

TEST(Fault, EveryKindHasANameAndASentenceOfItsOwn)
{
    std::vector<std::string> seen;
    for (int kind = 0; kind <= static_cast<int>(FaultKind::unknown_opcode); ++kind)
    {
        const Fault fault{static_cast<FaultKind>(kind), 1, 2};
        for (const auto& words : {std::string{name(fault.kind)}, to_string(fault)})
        {
            EXPECT_FALSE(words.empty());
            EXPECT_EQ(std::count(seen.begin(), seen.end(), words), 0) << words;
            seen.push_back(words);
        }
    }
}
}  // namespace
}  // namespace engine::sbtc

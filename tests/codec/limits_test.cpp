// What each member can be, one row per limit, from both sides.

#include "engine/codec/codec.hpp"
#include "schema/event.capnp.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>

namespace engine
{
namespace
{
using Build = std::function<void(wire::Event::Builder)>;

/// The canonical bytes of a message that no Event can stand for.
std::string decode_built(const Build& build)
{
    capnp::MallocMessageBuilder message;
    auto event = message.initRoot<wire::Event>();
    event.initAuthor().setEngine();
    build(event);
    const auto words = capnp::canonicalize(event.asReader());
    const auto bytes = words.asBytes();
    const auto decoded = decode_event({bytes.begin(), bytes.size()});
    return decoded ? "accepted" : decoded.error().what;
}

capnp::Data::Reader zeros(std::size_t size)
{
    static const Bytes kZeros(100'000);
    return {kZeros.data(), size};
}

std::string text(std::size_t size)
{
    return std::string(size, 'x');
}

wire::SourceDeclaration::Builder source_of(wire::Event::Builder event)
{
    return event.initBody().initAccess().initSourceDeclared();
}

wire::RecipientAllowed::Builder allowed_in(wire::Event::Builder event)
{
    auto allowed = event.initBody().initPeg().initRecipientAllowed();
    allowed.initRecipient().setHash(zeros(20));
    return allowed;
}

wire::EffectFailed::Builder failed_in(wire::Event::Builder event)
{
    auto failed = event.initBody().initOutbox().initEffectFailed();
    failed.setId(zeros(32));
    return failed;
}

wire::TransactionSeen::Builder seen_in(wire::Event::Builder event)
{
    auto seen = event.initBody().initBitcoin().initTransactionSeen();
    seen.setHeader(zeros(80));
    return seen;
}

wire::Genesis::Builder genesis_in(wire::Event::Builder event)
{
    auto genesis = event.initBody().initGenesis();
    genesis.setRandom(zeros(32));
    genesis.initAccess().setSequencer(zeros(32));
    auto anchor = genesis.initBitcoin().initAnchor();
    anchor.setHeader(zeros(80));
    anchor.setWork(zeros(32));
    genesis.initPeg();
    genesis.initProbe();
    return genesis;
}

struct Row
{
    const char* name;
    Build build;
    const char* expected;

    friend std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }
};

const Row kRows[] = {
    {"SourceNameAtMost", [](auto e) { source_of(e).setName(text(64)); }, "accepted"},
    {"SourceNameTooLong", [](auto e) { source_of(e).setName(text(65)); },
        "access.source.name: 65 bytes, expected at most 64"},
    {"SourceNameWithZero",
        [](auto e) {
            source_of(e).setName({"a\0b", 3});
        },
        "access.source.name: holds a zero byte"},
    {"SourceNameNotUtf8", [](auto e) { source_of(e).setName("\xC3\x28"); },
        "access.source.name: not UTF-8"},
    {"SourceNameOverlongSlash", [](auto e) { source_of(e).setName("\xC0\xAF"); },
        "access.source.name: not UTF-8"},
    {"SourceNameSurrogate", [](auto e) { source_of(e).setName("\xED\xA0\x80"); },
        "access.source.name: not UTF-8"},
    {"SourceProofUnknown", [](auto e) { source_of(e).setProof(static_cast<wire::SourceProof>(3)); },
        "access.source.proof: 3 is no declared value"},
    {"SourceProofThatWraps",
        [](auto e) { source_of(e).setProof(static_cast<wire::SourceProof>(256)); },
        "access.source.proof: 256 is no declared value"},
    {"SourceKeyShort", [](auto e) { source_of(e).setKey(zeros(31)); },
        "access.source.key: 31 bytes, expected 32"},
    {"SourceKeyOfZeros", [](auto e) { source_of(e).setKey(zeros(32)); },
        "event: not canonical: word 5, in event.body.access.sourceDeclared, is 0x0002000000000000, "
        "expected 0x00000000fffffffc"},
    {"OperatorAbsent", [](auto e) { e.initBody().initAccess().initOperatorAdded(0); },
        "access.key: 0 bytes, expected 32"},
    {"OperatorLong", [](auto e) { e.initBody().initAccess().initOperatorRemoved(33); },
        "access.key: 33 bytes, expected 32"},
    {"HeaderShort", [](auto e) { e.initBody().initBitcoin().initHeaderSeen(79); },
        "bitcoin.header: 79 bytes, expected 80"},
    {"BranchAtMost", [](auto e) { seen_in(e).setBranch(zeros(32 * 32)); }, "accepted"},
    {"BranchTooLong", [](auto e) { seen_in(e).setBranch(zeros(33 * 32)); },
        "bitcoin.branch: 33 items, expected at most 32"},
    {"BranchOfHalfAHash", [](auto e) { seen_in(e).setCoinbaseBranch(zeros(48)); },
        "bitcoin.coinbase_branch: 48 bytes, expected a multiple of 32"},
    {"ReasonAtMost", [](auto e) { failed_in(e).setReason(text(1024)); }, "accepted"},
    {"ReasonTooLong", [](auto e) { failed_in(e).setReason(text(1025)); },
        "outbox.reason: 1025 bytes, expected at most 1024"},
    {"TakenTooLong",
        [](auto e) {
            auto taken = e.initBody().initOutbox().initEffectTaken();
            taken.setId(zeros(32));
            taken.setBytes(zeros(65'536));
        },
        "event: 65632 bytes, expected at most 65536"},
    {"PrincipalAbsent", [](auto e) { e.initBody().initPeg().initRecipientAllowed().setUntil(1); },
        "peg.recipient: absent"},
    {"PrincipalHashLong", [](auto e) { allowed_in(e).getRecipient().setHash(zeros(21)); },
        "peg.recipient.hash: 21 bytes, expected 20"},
    {"PrincipalVersionAtMost", [](auto e) { allowed_in(e).getRecipient().setVersion(31); },
        "accepted"},
    {"PrincipalVersionTooLarge", [](auto e) { allowed_in(e).getRecipient().setVersion(32); },
        "peg.recipient.version: 32, expected at most 31"},
    {"ContractAtMost", [](auto e) { allowed_in(e).getRecipient().setContract(text(40)); },
        "accepted"},
    {"ContractTooLong", [](auto e) { allowed_in(e).getRecipient().setContract(text(41)); },
        "peg.recipient.contract: 41 bytes, expected at most 40"},
    {"ContractEmptyButThere", [](auto e) { allowed_in(e).getRecipient().setContract(""); },
        "event: not canonical: word 6, in event.body.peg.recipientAllowed.recipient, is "
        "0x0002000000000000, expected 0x0001000000000000"},
    {"GenesisUsual", [](auto e) { genesis_in(e); }, "accepted"},
    {"GenesisWithoutProbe", [](auto e) { genesis_in(e).disownProbe(); }, "genesis.probe: absent"},
    {"GenesisWithoutAnchor", [](auto e) { genesis_in(e).getBitcoin().disownAnchor(); },
        "genesis.bitcoin.anchor: absent"},
    {"GenesisNetworkUnknown",
        [](auto e) { genesis_in(e).getBitcoin().setNetwork(static_cast<wire::Network>(4)); },
        "genesis.bitcoin.network: 4 is no declared value"},
    {"GenesisTimesAtMost", [](auto e) { genesis_in(e).getBitcoin().getAnchor().initLastTimes(11); },
        "accepted"},
    {"GenesisTimesTooMany",
        [](auto e) { genesis_in(e).getBitcoin().getAnchor().initLastTimes(12); },
        "genesis.bitcoin.anchor.last_times: 12 items, expected at most 11"},
    {"GenesisOperatorsAtMost",
        [](auto e) { genesis_in(e).getAccess().setOperators(zeros(64 * 32)); }, "accepted"},
    {"GenesisOperatorsTooMany",
        [](auto e) { genesis_in(e).getAccess().setOperators(zeros(65 * 32)); },
        "genesis.access.operators: 65 items, expected at most 64"},
    {"GenesisRulesAtMost", [](auto e) { genesis_in(e).getAccess().initRules(64); }, "accepted"},
    {"GenesisRulesTooMany", [](auto e) { genesis_in(e).getAccess().initRules(65); },
        "genesis.access.rules: 65 items, expected at most 64"},
    {"GenesisMinimumAtMost", [](auto e) { genesis_in(e).getPeg().setMinimum(Sats::kMax); },
        "accepted"},
    {"GenesisMinimumAboveTheSupply",
        [](auto e) { genesis_in(e).getPeg().setMinimum(Sats::kMax + 1); },
        "genesis.peg.minimum: 2100000000000001 satoshis, expected at most 2100000000000000"},
    {"GenesisScriptTooLong", [](auto e) { genesis_in(e).getPeg().setWalletScript(zeros(10'001)); },
        "genesis.peg.wallet_script: 10001 bytes, expected at most 10000"},
    {"CommandKeyShort",
        [](auto e) {
            e.initBody().setBlockOpened();
            e.getAuthor().initCommand().setKey(zeros(20));
        },
        "command.key: 20 bytes, expected 32"},
    {"ObservationSignatureShort",
        [](auto e) {
            e.initBody().setBlockOpened();
            e.getAuthor().initObservation().setSignature(zeros(63));
        },
        "observation.signature: 63 bytes, expected 64"},
};

class Limits : public testing::TestWithParam<Row>
{};

TEST_P(Limits, Hold)
{
    EXPECT_EQ(decode_built(GetParam().build), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Codec, Limits, testing::ValuesIn(kRows), [](const auto& row) { return row.param.name; });
}  // namespace
}  // namespace engine

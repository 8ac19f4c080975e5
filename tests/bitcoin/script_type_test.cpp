#include "engine/bitcoin/script_type.hpp"

#include "arbitrary.hpp"
#include "engine/bitcoin/data_carrier.hpp"
#include "engine/bitcoin/script.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine::btc
{
namespace
{
const std::string kKey = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
const std::string k20(40, 'a');
const std::string k32(64, 'b');

TEST(ScriptType, EveryFormIsRecognised)
{
    struct Row
    {
        const char* name;
        std::string script;
        ScriptType type;
        std::string payload;
    };
    const Row rows[] = {
        {"P2PK", "21" + kKey + "ac", ScriptType::public_key, kKey},
        {"P2PKH", "76a914" + k20 + "88ac", ScriptType::public_key_hash, k20},
        {"P2SH", "a914" + k20 + "87", ScriptType::script_hash, k20},
        {"P2WPKH", "0014" + k20, ScriptType::witness_key_hash, k20},
        {"P2WSH", "0020" + k32, ScriptType::witness_script_hash, k32},
        {"P2TR", "5120" + k32, ScriptType::taproot, k32},
        {"P2A", "51024e73", ScriptType::anchor, ""},
        {"version 1, other size", "5114" + k20, ScriptType::witness_unknown, k20},
        {"version 16", "6002aaaa", ScriptType::witness_unknown, "aaaa"},
        {"version 0, other size", "0002aaaa", ScriptType::non_standard, ""},
        {"1 of 1", "5121" + kKey + "51ae", ScriptType::multisig, ""},
        {"2 of 2", "5221" + kKey + "21" + kKey + "52ae", ScriptType::multisig, ""},
        {"3 of 2", "5321" + kKey + "21" + kKey + "52ae", ScriptType::non_standard, ""},
        {"1 of 2 with one key", "5121" + kKey + "52ae", ScriptType::non_standard, ""},
        {"multisig and more", "5121" + kKey + "51ae51", ScriptType::non_standard, ""},
        {"OP_RETURN alone", "6a", ScriptType::null_data, ""},
        {"OP_RETURN and data", "6a02abcd", ScriptType::null_data, "02abcd"},
        {"OP_RETURN and two pushes", "6a01ab51", ScriptType::null_data, "01ab51"},
        {"OP_RETURN and an opcode", "6aac", ScriptType::non_standard, ""},
        {"OP_RETURN and half a push", "6a02ab", ScriptType::non_standard, ""},
        {"nothing", "", ScriptType::non_standard, ""},
        {"P2PKH and more", "76a914" + k20 + "88ac51", ScriptType::non_standard, ""},
        {"P2SH with OP_PUSHDATA1", "a94c14" + k20 + "87", ScriptType::non_standard, ""},
    };
    for (const auto& row : rows)
    {
        const auto script = hex(std::string_view{row.script});
        const auto found = classify(script);
        EXPECT_EQ(found.type, row.type) << row.name;
        EXPECT_EQ(to_hex(found.payload), row.payload) << row.name;
    }
}

RC_GTEST_PROP(
    ScriptType, BuiltScriptsAreWhatTheyAreCalled, (const Hash160& short_hash, const Hash256& hash))
{
    const auto expect = [](const Bytes& script, ScriptType type, ByteView payload) {
        const auto found = classify(script);
        RC_ASSERT(found.type == type);
        RC_ASSERT(equal(found.payload, payload));
    };
    expect(pay_to_public_key_hash(short_hash), ScriptType::public_key_hash, short_hash.bytes);
    expect(pay_to_script_hash(short_hash), ScriptType::script_hash, short_hash.bytes);
    expect(pay_to_witness_key_hash(short_hash), ScriptType::witness_key_hash, short_hash.bytes);
    expect(pay_to_witness_script_hash(hash), ScriptType::witness_script_hash, hash.bytes);
    expect(pay_to_taproot(retag<PublicKey>(hash)), ScriptType::taproot, hash.bytes);
}

RC_GTEST_PROP(DataCarrier, CarriedDataIsReadBack, ())
{
    const auto size = *rc::gen::element<std::size_t>(0, 1, 2, 40, 75, 76, 80, 255, 256, 70'000);
    const Bytes data(size, *rc::gen::element<std::uint8_t>(0, 1, 16, 17, 0x81));
    const auto script = carry_data(data);
    RC_ASSERT(classify(script).type == ScriptType::null_data);
    const auto found = data_carrier(script);
    RC_ASSERT(found.has_value());
    RC_ASSERT(equal(*found, data));
}

TEST(DataCarrier, OnePushAndNothingElse)
{
    for (const auto* digits : {"", "6a", "6a51", "6a01ab01cd", "6a01ab51", "6a02ab", "51", "00"})
        EXPECT_FALSE(data_carrier(hex(std::string_view{digits}))) << digits;
    EXPECT_EQ(data_carrier(hex(std::string_view{"6a00"}))->size(), 0U);
    const auto longer_form = hex(std::string_view{"6a4c02abcd"});
    EXPECT_EQ(to_hex(*data_carrier(longer_form)), "abcd");
}

RC_GTEST_PROP(ScriptType, ArbitraryBytesNeverCrash, (const Bytes& script))
{
    const auto found = classify(script);
    RC_ASSERT(found.payload.size() <= script.size());
    (void)data_carrier(script);
}
}  // namespace
}  // namespace engine::btc

#include "engine/bitcoin/script.hpp"

#include "vectors.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine::btc
{
namespace
{
std::vector<Instruction> walk(ByteView script)
{
    std::vector<Instruction> all;
    Instructions instructions{script};
    while (const auto instruction = instructions.next())
        all.push_back(*instruction);
    return all;
}

TEST(Script, PushesOfEveryFormCarryTheirData)
{
    const auto script = hex(std::string_view{"02aabb4c01cc4d0100dd4e01000000ee51ac"});
    const auto all = walk(script);
    ASSERT_EQ(all.size(), 6U);
    EXPECT_EQ(to_hex(all[0].data), "aabb");
    EXPECT_EQ(to_hex(all[1].data), "cc");
    EXPECT_EQ(to_hex(all[2].data), "dd");
    EXPECT_EQ(to_hex(all[3].data), "ee");
    EXPECT_EQ(all[4].opcode, op::k1);
    EXPECT_TRUE(all[4].is_push());
    EXPECT_EQ(all[5].opcode, op::kCheckSig);
    EXPECT_FALSE(all[5].is_push());
}

TEST(Script, PushThatRunsOverTheEndIsMalformed)
{
    for (const auto* digits :
        {"01", "4c", "4c01", "4d", "4d01", "4d0100", "4e010000", "4effffffff", "4e0100000000ff4b"})
    {
        const auto script = hex(std::string_view{digits});
        EXPECT_FALSE(is_well_formed(script)) << digits;
    }
    for (const auto* digits : {"", "00", "4c00", "4d0000", "4e00000000", "ff", "0100"})
        EXPECT_TRUE(is_well_formed(hex(std::string_view{digits}))) << digits;
}

TEST(Script, WalkStopsBeforeTheMalformedPush)
{
    const auto script = hex(std::string_view{"51024c"});
    Instructions instructions{script};
    EXPECT_TRUE(instructions.next());
    EXPECT_FALSE(instructions.next());
    EXPECT_FALSE(instructions.next());
    EXPECT_TRUE(instructions.malformed());
    EXPECT_EQ(to_hex(instructions.rest()), "024c");
}

TEST(Script, OnlyTheShortestPushIsMinimal)
{
    const auto minimal = [](const Bytes& script) { return is_minimal_push(walk(script).at(0)); };
    EXPECT_TRUE(minimal({op::k0}));
    EXPECT_FALSE(minimal({op::kPushData1, 0}));
    EXPECT_FALSE(minimal({1, 1}));
    EXPECT_FALSE(minimal({1, 16}));
    EXPECT_FALSE(minimal({1, 0x81}));
    EXPECT_TRUE(minimal({1, 17}));
    EXPECT_TRUE(minimal({1, 0}));
    EXPECT_TRUE(minimal({op::k1Negate}));
    EXPECT_FALSE(minimal({op::kReserved}));
    EXPECT_FALSE(minimal({op::kCheckSig}));
    EXPECT_FALSE(minimal({op::kPushData1, 2, 1, 1}));
    EXPECT_FALSE(minimal({op::kPushData2, 2, 0, 1, 1}));
}

RC_GTEST_PROP(Script, AppendedPushIsMinimalAndReadBack, ())
{
    const auto size = *rc::gen::element<std::size_t>(0, 1, 2, 75, 76, 255, 256, 65535, 65536);
    const auto byte = *rc::gen::arbitrary<std::uint8_t>();
    const Bytes data(size, byte);
    Bytes script;
    append_push(script, data);
    const auto all = walk(script);
    RC_ASSERT(all.size() == 1U);
    RC_ASSERT(is_minimal_push(all[0]));
    if (all[0].opcode <= op::kPushData4)
        RC_ASSERT(equal(all[0].data, data));
    else
        RC_ASSERT(script.size() == 1U);
}

RC_GTEST_PROP(Script, AppendedNumberIsReadBack, ())
{
    const auto number = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-300, 300),
        rc::gen::element<std::int64_t>(-0x7fffffffff, 0x7fffffffff, 0x7fff, 0x8000, -0x8000));
    Bytes script;
    append_number(script, number);
    const auto all = walk(script);
    RC_ASSERT(all.size() == 1U);
    RC_ASSERT(is_minimal_push(all[0]));
    RC_ASSERT(script_number(all[0]) == number);
}

TEST(ScriptNumber, AgreesWithThePublishedVectors)
{
    const auto rows = read_json_vector("bitcoinjs/script_number.json");
    SKIP_WITHOUT(rows, "bitcoinjs/script_number.json");
    for (const auto& row : rows->as_array())
    {
        const auto& object = row.as_object();
        const std::size_t bytes_max =
            object.contains("bytes") ? static_cast<std::size_t>(object.at("bytes").as_int64()) : 4;
        EXPECT_EQ(script_number(hex(object.at("hex")), bytes_max), object.at("number").as_int64())
            << text(object.at("hex"));
    }
}

TEST(ScriptNumber, LongAndPaddedItemsAreRefused)
{
    for (const auto* digits : {"00", "80", "0100", "0180", "7f00", "ff0000"})
        EXPECT_FALSE(script_number(hex(std::string_view{digits}), 4)) << digits;
    EXPECT_FALSE(script_number(hex(std::string_view{"0102030405"}), 4));
    EXPECT_EQ(script_number(hex(std::string_view{"8000"}), 4), 128);
    EXPECT_EQ(script_number(hex(std::string_view{"8080"}), 4), -128);
}

RC_GTEST_PROP(Script, ArbitraryBytesAreWalkedWithoutLoss, (const Bytes& script))
{
    Instructions instructions{script};
    std::size_t data = 0;
    while (const auto instruction = instructions.next())
        data += 1 + instruction->data.size();
    RC_ASSERT(data + instructions.rest().size() <= script.size());
    RC_ASSERT(instructions.malformed() == !instructions.rest().empty());
}
}  // namespace
}  // namespace engine::btc

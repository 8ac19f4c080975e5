#include "engine/base/hex.hpp"
#include "engine/codec/codec.hpp"
#include "tests/support/samples.hpp"

#include <gtest/gtest.h>

namespace engine
{
namespace
{
/// Hashes of one event of each kind. They never change: logs are full of them. A kind that is added
/// gets a line; a member that is added leaves them as they are.
constexpr std::string_view kGolden[] = {
    "5a8ebdabd8a37fc125c22ca8c53ac5d26e196bc6ffc73931fbd526f666b2222e",
    "e67473b0f5b0827d5d112b6f0ccf4072909b6954eca6d5df8d10521ec88218c7",
    "8c4af90c4d415fcd26888e03e26bb430ad7e596d53aa32bc684af690d53a4eff",
    "a9aaede67fd5ee9a4866eb0ec76be13428f98ad2c75fafe2f37eb42513e14770",
    "cc6d0d3656dfd0907319eca0087fed4b6ff2820e1f5deaa334dcf8a8d4d10351",
    "af59cf20c82a2797aa1b58f4292237447da1eae7d77c5d193167adafaaddee88",
    "83fba5835304a3df358fb15e01b748946cb5adb13d261b0675b5d48a2049559a",
    "77896c39f0c0e741a0eaf57fee718535a81c8c7c33eee84eb669feb2c9540123",
    "353e8790b85ccde1e0ee4f69eda3f7361e04117d8c606df57423d8b35f1a0f19",
    "5a36aeac0e805ca9660d18c65952ffc94a5ebb2dc4faf86c1c3772a215db2d86",
    "cc46b6663e7e5a9804c0d1baf0a7b6ab96486b5bab2d3294d420220ef0a50213",
    "579777f24f020071a5e68778e6241d6e6126238e4f24e53b92c71d8257d4be79",
    "4dc04437543fe9c44fcea82ceaa02c087a8b96f8fba4fb5eea4c191e8a8c4e2f",
    "88d0f0c9bea580b336015115a91090c72f26fe74e252f8b0bbde914586cd0019",
    "b5bfd459c1a1730f5778d8f6a572be10e449e0c93105fbd73bb561e1c3b012c9",
    "c84768c57bf64ffbc7cffaab10429b387f3cc3d83de6573d1e8e457da6687141",
    "182ad5793b734722a3894dc211ec86e8f4eeb292669f5386b86f4f7d1d98582f",
    "7739865a678c44a83792287f2ef2d7e1f10f25b76db08dd14d7aec6b36406eae",
    "1ffa97d914e10a628a355d4468576158ec32b86006516dacfbb2d1e1c6ffc40b",
    "a2c34588b4bf043470b028b5a37be364b7ccccc15f1eada3e12b1ac82875c75d",
    "9061f167af612411fda7902f55261f23ec255204b61c0103ce987438d265584c",
    "07a5dda655bed1ff39b34fe93bf6907c93f7c52a200eb6283580feb4bd9c4ed7",
    "90048daed45ecff379324a5de48db59dee27886b076d35d443bfe7e65eb0896c",
};

TEST(Golden, TheBytesOfAnEventNeverChange)
{
    const auto events = test::one_event_of_each_kind();
    ASSERT_EQ(events.size(), std::size(kGolden));
    for (std::size_t i = 0; i < events.size(); ++i)
        EXPECT_EQ(to_hex(event_hash(encode_event(events[i])).bytes), kGolden[i]) << i;
}

TEST(Golden, TheSmallestEventIsTwoWords)
{
    EXPECT_EQ(to_hex(encode_event({EngineAuthor{}, BlockOpened{}})),
        "0000000001000000"    // A pointer to a struct of one word.
        "0100020000000000");  // Author 1: engine. Body 2: block opened.
}

TEST(Golden, AnEventsHashIsALeafOfTheLogsTree)
{
    // printf '\0\0\0\0\0\1\0\0\0\1\0\2\0\0\0\0\0' | sha256sum
    const auto bytes = encode_event({EngineAuthor{}, BlockOpened{}});
    EXPECT_EQ(to_hex(event_hash(bytes).bytes),
        "e67473b0f5b0827d5d112b6f0ccf4072909b6954eca6d5df8d10521ec88218c7");
}
}  // namespace
}  // namespace engine

#include "engine/hash/crc32c.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string_view>

namespace engine
{
namespace
{
constexpr std::string_view kCheck = "123456789";

TEST(Crc32c, GivesTheChecksumsOfTheStandard)
{
    // RFC 3720 B.4, and the check value of the catalogue of CRCs.
    EXPECT_EQ(crc32c({}), 0U);
    EXPECT_EQ(crc32c(Bytes{kCheck.begin(), kCheck.end()}), 0xe3069283U);
    EXPECT_EQ(crc32c(Bytes(32, 0x00)), 0x8a9136aaU);
    EXPECT_EQ(crc32c(Bytes(32, 0xff)), 0x62a8ab43U);
}

RC_GTEST_PROP(Crc32c, ContinuesAcrossPieces, (const Bytes& first, const Bytes& second))
{
    Bytes whole = first;
    append(whole, second);
    RC_ASSERT(crc32c(crc32c(first), second) == crc32c(whole));
}

RC_GTEST_PROP(Crc32c, EveryFlippedBitShows, (Bytes bytes))
{
    RC_PRE(!bytes.empty());
    const auto before = crc32c(bytes);
    const auto bit = *rc::gen::inRange<std::size_t>(0, bytes.size() * 8);
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ 1 << bit % 8);
    RC_ASSERT(crc32c(bytes) != before);
}
}  // namespace
}  // namespace engine

#include "engine/hash/sha256.hpp"

#include "engine/base/hex.hpp"
#include "engine/hash/hash160.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace engine
{
namespace
{
Bytes bytes(std::string_view text)
{
    return {text.begin(), text.end()};
}

TEST(Sha256, GivesTheHashesOfTheStandard)
{
    // FIPS 180-4 examples.
    EXPECT_EQ(to_hex(sha256(bytes("abc")).bytes),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256({}).bytes),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(
        to_hex(sha256(bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).bytes),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(to_hex(sha256(Bytes(1'000'000, 'a')).bytes),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoubleHashIsTheHashOfTheHash)
{
    EXPECT_EQ(to_hex(sha256d(bytes("hello")).bytes),
        "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50");
}

TEST(Sha256, StartsAnewAfterFinish)
{
    Sha256 hash;
    hash.update(bytes("something else")).finish();
    EXPECT_EQ(hash.update(bytes("abc")).finish(), sha256(bytes("abc")));
}

TEST(Sha256, CopyContinuesFromTheCommonBeginning)
{
    Sha256 beginning;
    beginning.update(bytes("ab"));
    Sha256 copy = beginning;
    EXPECT_EQ(copy.update(bytes("c")).finish(), sha256(bytes("abc")));
    EXPECT_EQ(beginning.update(bytes("d")).finish(), sha256(bytes("abd")));
}

RC_GTEST_PROP(Sha256, PiecesGiveTheHashOfTheWhole, (const std::vector<Bytes>& pieces))
{
    Bytes whole;
    Sha256 hash;
    for (const auto& piece : pieces)
    {
        append(whole, piece);
        hash.update(piece);
    }
    RC_ASSERT(hash.finish() == sha256(whole));
}

RC_GTEST_PROP(Sha256, PairIsTheHashOf64Bytes,
    (const std::array<std::uint8_t, 32>& left, const std::array<std::uint8_t, 32>& right))
{
    Bytes both{left.begin(), left.end()};
    append(both, right);
    RC_ASSERT(sha256_pair(Hash256{left}, Hash256{right}) == sha256(both));
    RC_ASSERT(sha256d_pair(Hash256{left}, Hash256{right}) == sha256d(both));
}

TEST(TaggedHash, IsTheHashOfTheTagTwiceAndTheMessage)
{
    constexpr TaggedHasher kHash{"BIP0340/challenge"};
    const auto tag = sha256(bytes("BIP0340/challenge"));
    Bytes whole{tag.bytes.begin(), tag.bytes.end()};
    append(whole, tag.bytes);
    append(whole, bytes("message"));

    EXPECT_EQ(kHash(bytes("message")), sha256(whole));
    EXPECT_EQ(kHash(bytes("mess"), bytes("age")), sha256(whole));
    EXPECT_EQ(tagged_hash("BIP0340/challenge", bytes("message")), sha256(whole));
}

TEST(TaggedHash, LongestTagIsHashedByTheCompilerAsAtRunTime)
{
    constexpr TaggedHasher kHash{"0123456789012345678901234567890123456789012345678901234"};
    EXPECT_EQ(kHash(), tagged_hash("0123456789012345678901234567890123456789012345678901234"));
}

TEST(Hash160, GivesTheHashesOfTheAuthors)
{
    // The RIPEMD-160 page of its authors.
    EXPECT_EQ(to_hex(ripemd160({}).bytes), "9c1185a5c5e9fc54612808977ee8f548b2258d31");
    EXPECT_EQ(to_hex(ripemd160(bytes("abc")).bytes), "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
    EXPECT_EQ(hash160(bytes("abc")), ripemd160(sha256(bytes("abc")).bytes));
}
}  // namespace
}  // namespace engine

#include "engine/log/seal.hpp"

#include "engine/hash/sha256.hpp"
#include "engine/log/little_endian.hpp"

namespace engine::log
{
namespace
{
constexpr TaggedHasher kMessage{"refold/seal"};
constexpr TaggedHasher kDigest{"refold/carried-seal"};
}  // namespace

Hash256 seal_message(const GenesisId& genesis, const Seal& seal)
{
    std::array<std::uint8_t, 8> height{};
    FieldWriter{height}.number(seal.height.value);
    return kMessage(genesis, height, seal.block_hash, seal.root);
}

SealDigest seal_digest(const Seal& seal)
{
    return {kDigest(encode_seal(seal)).bytes};
}

std::array<std::uint8_t, kSealSize> encode_seal(const Seal& seal)
{
    std::array<std::uint8_t, kSealSize> bytes{};
    FieldWriter{bytes}
        .number(seal.height.value)
        .id(seal.block_hash)
        .id(seal.root)
        .id(seal.signature);
    return bytes;
}

std::optional<Seal> decode_seal(ByteView bytes)
{
    if (bytes.size() != kSealSize)
        return std::nullopt;
    FieldReader in{bytes};
    Seal seal;
    seal.height = LogHeight{in.number<std::uint64_t>()};
    seal.block_hash = in.id<LogBlockHash>();
    seal.root = in.id<StateRoot>();
    seal.signature = in.id<Signature>();
    return seal;
}
}  // namespace engine::log

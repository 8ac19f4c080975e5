#include "engine/bitcoin/header.hpp"

#include "engine/bitcoin/reader.hpp"
#include "engine/bitcoin/write.hpp"
#include "engine/hash/sha256.hpp"

namespace engine::btc
{
Header decode_header(std::span<const std::uint8_t, 80> bytes)
{
    Reader reader{bytes};
    Header header;
    header.version = reader.integer<std::uint32_t>();
    header.previous = reader.fixed<BlockHash>();
    header.merkle_root = reader.fixed<MerkleRoot>();
    header.time = ChainTime{reader.integer<std::uint32_t>()};
    header.bits = reader.integer<std::uint32_t>();
    header.nonce = reader.integer<std::uint32_t>();
    return header;
}

RawHeader encode(const Header& header)
{
    ByteSink sink;
    write_integer(sink, header.version);
    write_fixed(sink, header.previous);
    write_fixed(sink, header.merkle_root);
    write_integer(sink, header.time.value);
    write_integer(sink, header.bits);
    write_integer(sink, header.nonce);

    RawHeader raw;
    std::copy(sink.bytes.begin(), sink.bytes.end(), raw.bytes.begin());
    return raw;
}

BlockHash block_hash(std::span<const std::uint8_t, 80> bytes)
{
    return retag<BlockHash>(sha256d(bytes));
}

BlockHash block_hash(const Header& header)
{
    return block_hash(encode(header).bytes);
}
}  // namespace engine::btc

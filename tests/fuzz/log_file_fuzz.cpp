#include "engine/log/frame.hpp"

#include "engine/hash/crc32c.hpp"
#include "tests/fuzz/survives.hpp"

#include <algorithm>
#include <string>

namespace
{
using namespace engine;
using namespace engine::log;

/// A checksum is hard to come by: the bytes are also read with the right ones put in.
Bytes with_checksums(Bytes bytes)
{
    const auto put = [&](std::size_t at, std::uint32_t value) {
        for (std::size_t i = 0; i < 4; ++i)
            bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
    };
    if (bytes.size() < kFrameHeaderSize)
        return bytes;
    const std::size_t length = bytes[4] + 256U * bytes[5];
    const auto end = std::min(bytes.size(), kFrameHeaderSize + length);
    put(16, crc32c(ByteView{bytes}.subspan(kFrameHeaderSize, end - kFrameHeaderSize)));
    put(20, crc32c(ByteView{bytes}.first(20)));
    return bytes;
}

void read_all(ByteView bytes)
{
    SegmentHeader header;
    if (decode_segment_header(bytes, header) == HeaderState::good)
    {
        const auto again = encode_segment_header(header);
        ENSURE(std::equal(again.begin(), again.end(), bytes.begin()));
    }
    if (const auto mark = decode_mark(bytes))
    {
        const auto again = encode_mark(*mark);
        ENSURE(std::equal(again.begin(), again.end(), bytes.begin()));
    }
    for (std::uint64_t offset = 0; offset <= bytes.size(); offset += 8)
    {
        const auto height = decode_frame_header(bytes.subspan(offset));
        const auto frame = frame_at(bytes, offset, height ? height->height : LogHeight{0});
        ENSURE(frame.kind != FrameAt::Kind::block || frame.end <= bytes.size());
    }
}
}  // namespace

/// Segments, frames, durable records and clean stops of the log, and the names of its files.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size > 4096)
        return 0;
    read_all({data, size});
    read_all(with_checksums({data, data + size}));
    const std::string name{reinterpret_cast<const char*>(data), size};
    if (const auto height = parse_segment_name(name))
    {
        ENSURE(segment_name(*height) == name);
    }
    return 0;
}

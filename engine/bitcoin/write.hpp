#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/strong.hpp"

#include <array>
#include <concepts>

/// Writes Bitcoin's wire format into a sink: anything with update(ByteView). Sha256 is one, so that
/// what is only hashed is never built.
namespace engine::btc
{
struct ByteSink
{
    Bytes bytes;

    void update(ByteView more) { append(bytes, more); }
};

struct SizeSink
{
    std::size_t size = 0;

    void update(ByteView more) { size += more.size(); }
};

template <typename Sink, std::unsigned_integral T>
void write_integer(Sink& sink, T value)
{
    std::array<std::uint8_t, sizeof(T)> raw{};
    for (std::size_t i = 0; i < sizeof(T); ++i)
        raw[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
    sink.update(ByteView{raw});
}

template <typename Sink, typename Tag, std::size_t N>
void write_fixed(Sink& sink, const FixedBytes<Tag, N>& bytes)
{
    sink.update(ByteView{bytes.bytes});
}

template <typename Sink>
void write_compact_size(Sink& sink, std::uint64_t value)
{
    if (value < 0xfd)
        return write_integer(sink, static_cast<std::uint8_t>(value));
    if (value <= 0xffff)
    {
        write_integer(sink, std::uint8_t{0xfd});
        return write_integer(sink, static_cast<std::uint16_t>(value));
    }
    if (value <= 0xffffffff)
    {
        write_integer(sink, std::uint8_t{0xfe});
        return write_integer(sink, static_cast<std::uint32_t>(value));
    }
    write_integer(sink, std::uint8_t{0xff});
    write_integer(sink, value);
}

/// A CompactSize and the bytes.
template <typename Sink>
void write_sized(Sink& sink, ByteView bytes)
{
    write_compact_size(sink, bytes.size());
    sink.update(bytes);
}
}  // namespace engine::btc

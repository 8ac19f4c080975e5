#pragma once

// The one byte format of keys and rows.
//
// integer  := big endian, fixed width; i64 with its sign bit flipped, so that byte order is order
// bool     := 0x00 | 0x01
// enum     := its underlying integer, a declared value only
// bytes    := length: u32, u8[length]          (Bytes and text)
// optional := 0x00 | 0x01 value
// list     := count: u32, value[count]
// struct   := its members in declared order
// rest     := u8*                              (KeyRest: whatever is left, at the end of a key
// only)
//
// Big endian makes the byte order of keys the order of the values they encode.

#include "engine/base/bytes.hpp"
#include "engine/base/describe.hpp"
#include "engine/base/sats.hpp"
#include "engine/base/types.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace engine
{
/// Where encoders write: Bytes, or SmallBytes.
inline void put_bytes(Bytes& out, ByteView bytes)
{
    append(out, bytes);
}
template <typename Out>
void put_bytes(Out& out, ByteView bytes)
{
    out.append(bytes);
}

template <typename Out, std::unsigned_integral T>
requires(!std::same_as<T, bool>) void encode_value(Out& out, T value)
{
    std::uint8_t raw[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i)
        raw[i] = static_cast<std::uint8_t>(value >> (8 * (sizeof(T) - 1 - i)));
    put_bytes(out, raw);
}
template <std::unsigned_integral T>
requires(!std::same_as<T, bool>) bool decode_value(ByteView& in, T& value)
{
    if (in.size() < sizeof(T))
        return false;
    value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
        value = static_cast<T>(static_cast<T>(value << 7 << 1) | in[i]);
    in = in.subspan(sizeof(T));
    return true;
}

template <typename Out>
void encode_value(Out& out, bool value)
{
    encode_value(out, static_cast<std::uint8_t>(value));
}
inline bool decode_value(ByteView& in, bool& value)
{
    std::uint8_t raw = 0;
    if (!decode_value(in, raw) || raw > 1)
        return false;
    value = raw == 1;
    return true;
}

template <typename Out>
void encode_value(Out& out, std::int64_t value)
{
    encode_value(out, static_cast<std::uint64_t>(value) ^ (std::uint64_t{1} << 63));
}
inline bool decode_value(ByteView& in, std::int64_t& value)
{
    std::uint64_t raw = 0;
    if (!decode_value(in, raw))
        return false;
    value = static_cast<std::int64_t>(raw ^ (std::uint64_t{1} << 63));
    return true;
}

/// An enum that is stored says which values it has: `constexpr bool is_declared(E)`.
template <typename Out, typename E>
requires std::is_enum_v<E>
void encode_value(Out& out, E value)
{
    encode_value(out, static_cast<std::underlying_type_t<E>>(value));
}
template <typename E>
requires std::is_enum_v<E>
bool decode_value(ByteView& in, E& value)
{
    std::underlying_type_t<E> raw{};
    if (!decode_value(in, raw))
        return false;
    value = static_cast<E>(raw);
    return is_declared(value);
}

template <typename Out, typename Tag, typename Rep>
void encode_value(Out& out, const Strong<Tag, Rep>& v)
{
    encode_value(out, v.value);
}
template <typename Tag, typename Rep>
bool decode_value(ByteView& in, Strong<Tag, Rep>& v)
{
    return decode_value(in, v.value);
}

template <typename Out, typename Tag, std::size_t N>
void encode_value(Out& out, const FixedBytes<Tag, N>& v)
{
    put_bytes(out, v.bytes);
}
template <typename Tag, std::size_t N>
bool decode_value(ByteView& in, FixedBytes<Tag, N>& v)
{
    if (in.size() < N)
        return false;
    std::copy_n(in.begin(), N, v.bytes.begin());
    in = in.subspan(N);
    return true;
}

template <typename Out>
void encode_value(Out& out, const Sats& v)
{
    encode_value(out, v.value());
}
inline bool decode_value(ByteView& in, Sats& v)
{
    std::uint64_t raw = 0;
    if (!decode_value(in, raw))
        return false;
    const auto parsed = Sats::from(raw);
    if (!parsed)
        return false;
    v = *parsed;
    return true;
}

template <typename Out>
void encode_value(Out& out, const OutPoint& v)
{
    encode_value(out, v.txid);
    encode_value(out, v.index);
}
inline bool decode_value(ByteView& in, OutPoint& v)
{
    return decode_value(in, v.txid) && decode_value(in, v.index);
}

template <typename Out>
void encode_value(Out& out, const EventPlace& v)
{
    encode_value(out, v.height);
    encode_value(out, v.index);
}
inline bool decode_value(ByteView& in, EventPlace& v)
{
    return decode_value(in, v.height) && decode_value(in, v.index);
}

template <typename Out>
void encode_value(Out& out, const Bytes& v)
{
    encode_value(out, static_cast<std::uint32_t>(v.size()));
    put_bytes(out, v);
}
/// The bytes behind a length of four bytes: a view into the input.
inline bool take_sized(ByteView& in, ByteView& bytes)
{
    std::uint32_t size = 0;
    if (!decode_value(in, size) || in.size() < size)
        return false;
    bytes = in.first(size);
    in = in.subspan(size);
    return true;
}

inline bool decode_value(ByteView& in, Bytes& v)
{
    ByteView raw;
    if (!take_sized(in, raw))
        return false;
    v.assign(raw.begin(), raw.end());
    return true;
}

/// Bytes at the end of a key, without a length, so that they sort as bytes do.
struct KeyRest
{
    Bytes bytes;

    friend auto operator<=>(const KeyRest&, const KeyRest&) = default;
};

template <typename Out>
void encode_value(Out& out, const KeyRest& v)
{
    put_bytes(out, v.bytes);
}
inline bool decode_value(ByteView& in, KeyRest& v)
{
    v.bytes.assign(in.begin(), in.end());
    in = {};
    return true;
}

template <typename Out>
void encode_value(Out& out, const std::string& v)
{
    encode_value(out, static_cast<std::uint32_t>(v.size()));
    for (const char c : v)
        out.push_back(static_cast<std::uint8_t>(c));
}
inline bool decode_value(ByteView& in, std::string& v)
{
    ByteView raw;
    if (!take_sized(in, raw))
        return false;
    v.assign(raw.begin(), raw.end());
    return true;
}

template <typename Out, Described T>
void encode_value(Out& out, const T& record);
template <Described T>
bool decode_value(ByteView& in, T& record);

template <typename Out, typename T>
void encode_value(Out& out, const std::optional<T>& v)
{
    encode_value(out, v.has_value());
    if (v)
        encode_value(out, *v);
}
template <typename T>
bool decode_value(ByteView& in, std::optional<T>& v)
{
    bool present = false;
    if (!decode_value(in, present))
        return false;
    v.reset();
    return !present || decode_value(in, v.emplace());
}

template <typename Out, typename T>
void encode_value(Out& out, const std::vector<T>& v)
{
    encode_value(out, static_cast<std::uint32_t>(v.size()));
    for (const auto& item : v)
        encode_value(out, item);
}
template <typename T>
bool decode_value(ByteView& in, std::vector<T>& v)
{
    std::uint32_t count = 0;
    if (!decode_value(in, count) || count > in.size())  // Every item takes at least a byte.
        return false;
    v.clear();
    v.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i)
    {
        if (!decode_value(in, v.emplace_back()))
            return false;
    }
    return true;
}

template <typename Out, Described T>
void encode_value(Out& out, const T& record)
{
    for_each_field(
        record, [&](std::string_view, const auto& member) { encode_value(out, member); });
}
template <Described T>
bool decode_value(ByteView& in, T& record)
{
    bool good = true;
    for_each_field(
        record, [&](std::string_view, auto& member) { good = good && decode_value(in, member); });
    return good;
}

/// A key, or any value that never grows: every member is written.
template <typename T>
Bytes encode_key(const T& value)
{
    Bytes out;
    encode_value(out, value);
    return out;
}

/// The key that encode_key wrote. Nothing on short, long or out-of-range input.
template <typename T>
std::optional<T> decode_key(ByteView in)
{
    T value{};
    if (!decode_value(in, value) || !in.empty())
        return std::nullopt;
    return value;
}
}  // namespace engine

#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/check.hpp"
#include "engine/base/strong.hpp"

#include <concepts>
#include <span>

namespace engine::log
{
/// The integer at an offset, least significant byte first. The bytes must be there.
template <std::unsigned_integral T>
T load(ByteView bytes, std::size_t offset)
{
    ENSURE(offset + sizeof(T) <= bytes.size());
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
        value = static_cast<T>(value | static_cast<T>(static_cast<T>(bytes[offset + i]) << 8 * i));
    return value;
}

/// Reads fixed fields one after the other. The caller has checked that they are there.
class FieldReader
{
    ByteView m_bytes;

public:
    explicit FieldReader(ByteView bytes) : m_bytes{bytes} {}

    template <std::unsigned_integral T>
    T number()
    {
        const auto value = load<T>(m_bytes, 0);
        m_bytes = m_bytes.subspan(sizeof(T));
        return value;
    }

    template <typename Id>
    Id id()
    {
        ENSURE(m_bytes.size() >= Id::kSize);
        Id value;
        std::copy_n(m_bytes.begin(), Id::kSize, value.bytes.begin());
        m_bytes = m_bytes.subspan(Id::kSize);
        return value;
    }
};

/// Writes fixed fields one after the other into bytes that have room for them.
class FieldWriter
{
    std::span<std::uint8_t> m_bytes;

public:
    explicit FieldWriter(std::span<std::uint8_t> bytes) : m_bytes{bytes} {}

    template <std::unsigned_integral T>
    FieldWriter& number(T value)
    {
        ENSURE(m_bytes.size() >= sizeof(T));
        for (std::size_t i = 0; i < sizeof(T); ++i)
            m_bytes[i] = static_cast<std::uint8_t>(value >> 8 * i);
        m_bytes = m_bytes.subspan(sizeof(T));
        return *this;
    }

    template <typename Tag, std::size_t N>
    FieldWriter& id(const FixedBytes<Tag, N>& value)
    {
        return bytes(value.bytes);
    }

    FieldWriter& bytes(ByteView value)
    {
        ENSURE(m_bytes.size() >= value.size());
        std::copy(value.begin(), value.end(), m_bytes.begin());
        m_bytes = m_bytes.subspan(value.size());
        return *this;
    }
};

inline bool is_zero(ByteView bytes)
{
    // Compares the bytes with themselves, one on: as fast as memcmp.
    return bytes.empty() ||
           (bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

/// Everything in a block and in a segment begins at a multiple of this, so that events are read
/// where they lie.
inline constexpr std::size_t kWord = 8;

constexpr std::uint64_t padded(std::uint64_t size)
{
    return (size + kWord - 1) / kWord * kWord;
}
}  // namespace engine::log

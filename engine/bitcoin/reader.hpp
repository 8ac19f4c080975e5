#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/strong.hpp"
#include "engine/bitcoin/decode_error.hpp"

#include <concepts>
#include <optional>

namespace engine::btc
{
/// Takes Bitcoin's wire format apart, front to back. Integers are little-endian.
///
/// The first fault stays: from then on nothing is read, every integer is 0 and every string is
/// empty. So a decoder reads on without asking, and asks once at the end; only loops ask for ok().
class Reader
{
    ByteView m_bytes;
    std::size_t m_position = 0;
    std::optional<DecodeFault> m_fault;

public:
    explicit Reader(ByteView bytes) : m_bytes{bytes} {}

    bool ok() const { return !m_fault; }
    const std::optional<DecodeFault>& fault() const { return m_fault; }
    std::size_t position() const { return m_position; }
    std::size_t left() const { return m_bytes.size() - m_position; }

    void fail(DecodeError error);

    /// The bytes from a position to here.
    ByteView since(std::size_t position) const;

    /// The next bytes, valid as long as the input.
    ByteView take(std::size_t count);

    template <std::unsigned_integral T>
    T integer()
    {
        const auto raw = take(sizeof(T));
        std::uint64_t value = 0;
        for (std::size_t i = raw.size(); i-- > 0;)
            value = value << 8 | raw[i];
        return static_cast<T>(value);
    }

    template <typename Id>
    Id fixed()
    {
        Id id;
        const auto raw = take(Id::kSize);
        std::copy(raw.begin(), raw.end(), id.bytes.begin());
        return id;
    }

    /// A number in 1, 3, 5 or 9 bytes, in its shortest form.
    std::uint64_t compact_size();

    /// A number of items to come. A fault when the bytes left can't hold so many items of at least
    /// that size: what is allocated for them is bounded by the input.
    std::size_t count(std::size_t item_size_min);

    /// A CompactSize and as many bytes.
    ByteView sized_bytes() { return take(count(1)); }

    /// A fault when something is left.
    void expect_end();
};
}  // namespace engine::btc

#pragma once

#include "engine/base/bytes.hpp"

#include <optional>

namespace engine::sbtc
{
/// Takes bytes off the front of an operation's data, or says that there are too few.
class Cursor
{
    ByteView m_rest;

public:
    explicit Cursor(ByteView data) : m_rest{data} {}

    ByteView rest() const { return m_rest; }

    std::optional<ByteView> take(std::size_t count)
    {
        if (m_rest.size() < count)
            return std::nullopt;
        const auto taken = m_rest.first(count);
        m_rest = m_rest.subspan(count);
        return taken;
    }

    /// A number of eight bytes, big-endian as all of them.
    std::optional<std::uint64_t> take_number()
    {
        const auto raw = take(8);
        if (!raw)
            return std::nullopt;
        std::uint64_t value = 0;
        for (const auto byte : *raw)
            value = value << 8 | byte;
        return value;
    }
};
}  // namespace engine::sbtc

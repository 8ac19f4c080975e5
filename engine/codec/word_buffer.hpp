#pragma once

#include "engine/base/bytes.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace engine
{
/// Memory for one message, word-aligned and kept: small ones in place, larger ones on the heap.
/// Zeros at first, later what its user left there.
class WordBuffer
{
    std::array<std::uint64_t, 128> m_small{};  // 1 KiB: every event but one with a payload.
    std::vector<std::uint64_t> m_large;

public:
    std::span<std::uint64_t> room(std::size_t words)
    {
        if (words <= m_small.size())
            return {m_small.data(), words};
        if (words > m_large.size())
            m_large.resize(words);
        return {m_large.data(), words};
    }

    /// All that there is room for already.
    std::span<std::uint64_t> room() { return room(std::max(m_small.size(), m_large.size())); }

    /// A copy of bytes, whose number is a multiple of 8.
    std::span<const std::uint64_t> copy(ByteView bytes)
    {
        const auto words = room(bytes.size() / sizeof(std::uint64_t));
        std::memcpy(words.data(), bytes.data(), bytes.size());
        return words;
    }
};
}  // namespace engine

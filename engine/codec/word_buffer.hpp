#pragma once

#include "engine/base/bytes.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace engine
{
/// Memory for one message, word-aligned and kept: small ones in place, larger ones on the heap.
class WordBuffer
{
    static constexpr std::size_t kInPlace = 128;  // 1 KiB: every event but one with a payload.

    std::array<std::uint64_t, kInPlace> m_small;
    std::vector<std::uint64_t> m_large;

public:
    WordBuffer() = default;  // NOLINT(cppcoreguidelines-pro-type-member-init): zeroed before use.

    /// That many words of zeros. What was here before is gone.
    std::span<std::uint64_t> zeroed(std::size_t words)
    {
        if (words > kInPlace)
        {
            m_large.assign(words, 0);
            return m_large;
        }
        std::fill_n(m_small.begin(), words, 0);
        return {m_small.data(), words};
    }

    /// A copy of bytes, whose number is a multiple of 8.
    std::span<const std::uint64_t> copy(ByteView bytes)
    {
        const auto words = zeroed(bytes.size() / sizeof(std::uint64_t));
        std::memcpy(words.data(), bytes.data(), bytes.size());
        return words;
    }
};
}  // namespace engine

#pragma once

#include "engine/base/bytes.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace engine
{
/// Keeps copies of byte strings until it is cleared. Their addresses stay, and so does the memory:
/// a loop that fills and clears an arena allocates nothing once it has seen its largest round.
class Arena
{
    static constexpr std::size_t kChunk = 64 * 1024;

    struct Chunk
    {
        std::unique_ptr<std::uint8_t[]> bytes;
        std::size_t size = 0;
    };

    std::vector<Chunk> m_chunks;
    std::size_t m_chunk = 0;  // The one being filled.
    std::size_t m_used = 0;   // Of that one.

public:
    ByteView keep(ByteView bytes)
    {
        while (m_chunk < m_chunks.size() && m_chunks[m_chunk].size - m_used < bytes.size())
        {
            ++m_chunk;
            m_used = 0;
        }
        if (m_chunk == m_chunks.size())
        {
            const auto size = std::max(kChunk, bytes.size());
            m_chunks.push_back({std::make_unique<std::uint8_t[]>(size), size});
            m_used = 0;
        }
        auto* place = m_chunks[m_chunk].bytes.get() + m_used;
        std::copy(bytes.begin(), bytes.end(), place);
        m_used += bytes.size();
        return {place, bytes.size()};
    }

    void clear()
    {
        m_chunk = 0;
        m_used = 0;
    }
};
}  // namespace engine

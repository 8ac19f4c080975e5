#pragma once

#include "engine/base/bytes.hpp"

#include <array>

namespace engine
{
/// A byte string that is built once and read: on the stack up to N bytes, on the heap beyond.
template <std::size_t N = 192>
class SmallBytes
{
    std::array<std::uint8_t, N> m_inline;
    std::size_t m_size = 0;
    Bytes m_heap;  // Holds everything once the inline part is too small.

public:
    SmallBytes() = default;  // NOLINT(cppcoreguidelines-pro-type-member-init): read up to m_size.
    SmallBytes(const SmallBytes&) = delete;
    SmallBytes& operator=(const SmallBytes&) = delete;

    void push_back(std::uint8_t byte) { append({&byte, 1}); }

    void append(ByteView bytes)
    {
        if (m_heap.empty() && bytes.size() <= N - m_size)
        {
            std::copy(bytes.begin(), bytes.end(), m_inline.begin() + m_size);
            m_size += bytes.size();
            return;
        }
        if (m_heap.empty())
            m_heap.assign(m_inline.begin(), m_inline.begin() + m_size);
        m_heap.insert(m_heap.end(), bytes.begin(), bytes.end());
    }

    void truncate(std::size_t size)
    {
        if (m_heap.empty())
            m_size = std::min(m_size, size);
        else
            m_heap.resize(std::min(m_heap.size(), size));
    }

    std::size_t size() const noexcept { return m_heap.empty() ? m_size : m_heap.size(); }
    ByteView view() const noexcept
    {
        return m_heap.empty() ? ByteView{m_inline.data(), m_size} : ByteView{m_heap};
    }
};
}  // namespace engine

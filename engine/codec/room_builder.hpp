#pragma once

#include <capnp/message.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace engine
{
/// Builds a message in memory that is there already, and where that is too small also in some of
/// its own. However it ends, it leaves zeros behind, as it found them.
///
/// (capnp::MallocMessageBuilder of Cap'n Proto 0.9 reads a table that was never made, if memory
/// runs out while a second segment is added.)
class RoomBuilder final : public capnp::MessageBuilder
{
    std::span<std::uint64_t> m_room;
    std::size_t m_written;  // Words of it that may be other than zero.
    bool m_in_use = false;
    std::vector<std::vector<std::uint64_t>> m_more;

    static kj::ArrayPtr<capnp::word> words(std::span<std::uint64_t> of)
    {
        return {reinterpret_cast<capnp::word*>(of.data()), of.size()};
    }

public:
    /// The room is zeros.
    explicit RoomBuilder(std::span<std::uint64_t> room) : m_room{room}, m_written{room.size()} {}
    RoomBuilder(const RoomBuilder&) = delete;
    RoomBuilder& operator=(const RoomBuilder&) = delete;
    ~RoomBuilder() override { std::fill_n(m_room.begin(), m_written, 0U); }

    /// For the base class.
    kj::ArrayPtr<capnp::word> allocateSegment(unsigned words_min) override
    {
        if (!m_in_use && words_min <= m_room.size())
        {
            m_in_use = true;
            return words(m_room);
        }
        const auto before = m_more.empty() ? m_room.size() : m_more.back().size();
        return words(m_more.emplace_back(std::max<std::size_t>(words_min, 2 * before)));
    }

    /// Once the message is built: how many words it has in the room; or, if it did not fit there
    /// alone, how many it has in all.
    struct Built
    {
        bool fits = false;
        std::size_t words = 0;
    };
    Built built()
    {
        const auto segments = getSegmentsForOutput();
        Built out{segments.size() == 1 && m_in_use, 0};
        for (const auto segment : segments)
            out.words += segment.size();
        if (out.fits)
            m_written = out.words;
        return out;
    }
};
}  // namespace engine

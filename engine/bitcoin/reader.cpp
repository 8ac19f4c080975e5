#include "engine/bitcoin/reader.hpp"

#include "engine/base/check.hpp"

namespace engine::btc
{
void Reader::fail(DecodeError error)
{
    if (!m_fault)
        m_fault = DecodeFault{error, m_position};
}

ByteView Reader::since(std::size_t position) const
{
    ENSURE(position <= m_position);
    return m_bytes.subspan(position, m_position - position);
}

ByteView Reader::take(std::size_t count)
{
    if (count > left())
        fail(DecodeError::truncated);
    if (m_fault)
        return {};
    const auto taken = m_bytes.subspan(m_position, count);
    m_position += count;
    return taken;
}

std::uint64_t Reader::compact_size()
{
    const auto first = integer<std::uint8_t>();
    std::uint64_t value = first;
    std::uint64_t least = 0;
    if (first == 0xfd)
    {
        value = integer<std::uint16_t>();
        least = 0xfd;
    }
    else if (first == 0xfe)
    {
        value = integer<std::uint32_t>();
        least = 0x10000;
    }
    else if (first == 0xff)
    {
        value = integer<std::uint64_t>();
        least = 0x100000000;
    }
    if (value < least)
        fail(DecodeError::size_not_minimal);
    return m_fault ? 0 : value;
}

std::size_t Reader::count(std::size_t item_size_min)
{
    ENSURE(item_size_min > 0);
    const auto announced = compact_size();
    if (announced > left() / item_size_min)
        fail(DecodeError::truncated);
    return m_fault ? 0 : static_cast<std::size_t>(announced);
}

void Reader::expect_end()
{
    if (left() != 0)
        fail(DecodeError::trailing_bytes);
}
}  // namespace engine::btc

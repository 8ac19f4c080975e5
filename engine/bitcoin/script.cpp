#include "engine/bitcoin/script.hpp"

#include "engine/base/check.hpp"

#include <array>

namespace engine::btc
{
namespace
{
constexpr std::uint8_t kSignBit = 0x80;

/// How many bytes after the opcode say how much is pushed.
std::size_t length_size(std::uint8_t opcode)
{
    switch (opcode)
    {
        case op::kPushData1:
            return 1;
        case op::kPushData2:
            return 2;
        case op::kPushData4:
            return 4;
        default:
            return 0;
    }
}

/// Whether an item is a number that has an opcode of its own: 1 to 16 and -1.
bool has_opcode(ByteView item)
{
    return item.size() == 1 && ((item[0] >= 1 && item[0] <= 16) || item[0] == 0x81);
}

/// The shortest stack item of a number: little-endian, the sign in the highest bit.
Bytes number_item(std::int64_t number)
{
    Bytes item;
    const bool negative = number < 0;
    auto rest =
        negative ? ~static_cast<std::uint64_t>(number) + 1 : static_cast<std::uint64_t>(number);
    for (; rest != 0; rest >>= 8)
        item.push_back(static_cast<std::uint8_t>(rest));
    if (!item.empty() && (item.back() & kSignBit) != 0)
        item.push_back(0);
    if (negative)
        item.back() = static_cast<std::uint8_t>(item.back() | kSignBit);
    return item;
}

/// Whether the last byte is there for more than its sign.
bool is_minimal_number(ByteView item)
{
    if (item.empty() || (item.back() & 0x7f) != 0)
        return true;
    return item.size() > 1 && (item[item.size() - 2] & kSignBit) != 0;
}
}  // namespace

std::optional<Instruction> Instructions::next()
{
    if (m_rest.empty() || m_malformed)
        return std::nullopt;

    const auto opcode = m_rest[0];
    const auto header = 1 + length_size(opcode);
    std::size_t size = opcode < op::kPushData1 ? opcode : 0;
    m_malformed = m_rest.size() < header;
    for (std::size_t i = header; i-- > 1 && !m_malformed;)
        size = size << 8 | m_rest[i];
    m_malformed = m_malformed || m_rest.size() - header < size;
    if (m_malformed)
        return std::nullopt;

    const Instruction instruction{opcode, m_rest.subspan(header, size)};
    m_rest = m_rest.subspan(header + size);
    return instruction;
}

bool is_well_formed(ByteView script)
{
    Instructions instructions{script};
    while (instructions.next())
        continue;
    return !instructions.malformed();
}

bool is_minimal_push(const Instruction& push)
{
    const auto size = push.data.size();
    if (push.opcode > op::kPushData4)
        return push.is_push();
    if (size == 0)
        return push.opcode == op::k0;
    if (has_opcode(push.data))
        return false;
    if (size < op::kPushData1)
        return push.opcode == size;
    if (size <= 0xff)
        return push.opcode == op::kPushData1;
    if (size <= 0xffff)
        return push.opcode == op::kPushData2;
    return push.opcode == op::kPushData4;
}

void append_push(Bytes& script, ByteView data)
{
    if (!has_opcode(data))
        return append_data(script, data);
    const bool minus_one = data[0] == 0x81;
    script.push_back(minus_one ? op::k1Negate : static_cast<std::uint8_t>(op::k1 - 1 + data[0]));
}

void append_data(Bytes& script, ByteView data)
{
    const auto size = data.size();
    ENSURE(size <= 0xffffffff);
    const auto byte = [&](std::size_t shift) { return static_cast<std::uint8_t>(size >> shift); };
    if (size < op::kPushData1)
        append(script, std::array{byte(0)});
    else if (size <= 0xff)
        append(script, std::array{op::kPushData1, byte(0)});
    else if (size <= 0xffff)
        append(script, std::array{op::kPushData2, byte(0), byte(8)});
    else
        append(script, std::array{op::kPushData4, byte(0), byte(8), byte(16), byte(24)});
    append(script, data);
}

void append_number(Bytes& script, std::int64_t number)
{
    append_push(script, number_item(number));
}

std::optional<std::int64_t> script_number(ByteView item, std::size_t size_max)
{
    ENSURE(size_max <= 8);
    if (item.size() > size_max || !is_minimal_number(item))
        return std::nullopt;
    if (item.empty())
        return 0;

    std::uint64_t magnitude = item.back() & 0x7f;
    for (std::size_t i = item.size() - 1; i-- > 0;)
        magnitude = magnitude << 8 | item[i];
    const auto value = static_cast<std::int64_t>(magnitude);
    return (item.back() & kSignBit) != 0 ? -value : value;
}

std::optional<std::int64_t> script_number(const Instruction& push)
{
    if (push.opcode == op::k1Negate)
        return -1;
    if (push.opcode >= op::k1 && push.opcode <= op::k16)
        return push.opcode - op::k1 + 1;
    if (!push.is_push() || push.opcode > op::kPushData4)
        return std::nullopt;
    return script_number(push.data, 5);
}
}  // namespace engine::btc

#include "engine/codec/canonical.hpp"

#include "engine/base/check.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

// Words of the wire are read as numbers.
static_assert(std::endian::native == std::endian::little);

namespace engine
{
namespace
{
using Word = std::uint64_t;

// pointer := kind: 2 bits, offset: 30 bits (in words, from behind the pointer), size: 32 bits
// size    := data words: 16 bits, pointers: 16 bits                       (of a struct, kind 0)
//          | item size: 3 bits, items or words: 29 bits                   (of a list, kind 1)
// A list of structs (item size 7) begins with a tag: a pointer whose offset is the number of items.

constexpr Word kStruct = 0;
constexpr Word kList = 1;
constexpr Word kPointers = 6;  // Item size of a list of pointers.
constexpr Word kStructs = 7;

constexpr Word with_offset(Word kind, std::ptrdiff_t offset)
{
    return static_cast<std::uint32_t>(offset) << 2 | kind;
}

struct StructSize
{
    std::size_t data = 0;
    std::size_t pointers = 0;

    std::size_t words() const { return data + pointers; }
    Word encoded() const { return Word{data} << 32 | Word{pointers} << 48; }
};

StructSize struct_size(Word pointer)
{
    return {pointer >> 32 & 0xFFFF, pointer >> 48};
}

std::size_t trimmed(const Word* words, std::size_t count)
{
    while (count > 0 && words[count - 1] == 0)
        --count;
    return count;
}

/// How much of a struct is needed to say what it says.
StructSize needed(const Word* from, StructSize size)
{
    return {trimmed(from, size.data), trimmed(from + size.data, size.pointers)};
}

std::size_t words_of_items(Word pointer)
{
    constexpr std::size_t kBits[] = {0, 1, 8, 16, 32, 64, 64};
    return ((pointer >> 35) * kBits[pointer >> 32 & 7] + 63) / 64;
}

const Word* target(const Word* pointer)
{
    return pointer + 1 + (static_cast<std::int32_t>(*pointer) >> 2);
}

class Copier
{
    Word* m_end;  // Of what was written.

    Word* take(std::size_t words)
    {
        auto* place = m_end;
        m_end += words;
        return place;
    }

    void copy_pointers(const Word* from, Word* to, std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i)
            copy(from + i, to + i);
    }

    void copy_struct(const Word* from, StructSize size, Word* to, StructSize kept)
    {
        std::copy_n(from, kept.data, to);
        copy_pointers(from + size.data, to + kept.data, kept.pointers);
    }

    /// A struct of nothing is written as a pointer to itself.
    void copy_struct_behind(const Word* from, Word* to)
    {
        const auto size = struct_size(*from);
        const auto kept = needed(target(from), size);
        auto* place = take(kept.words());
        *to = with_offset(kStruct, kept.words() == 0 ? -1 : place - to - 1) | kept.encoded();
        copy_struct(target(from), size, place, kept);
    }

    /// Every item takes as much as the largest needs.
    void copy_structs_behind(const Word* from, Word* to)
    {
        const auto* tag = target(from);
        const auto size = struct_size(*tag);
        const auto count = static_cast<std::uint32_t>(*tag) >> 2;
        StructSize kept;
        for (std::size_t i = 0; i < count; ++i)
        {
            const auto item = needed(tag + 1 + i * size.words(), size);
            kept = {std::max(kept.data, item.data), std::max(kept.pointers, item.pointers)};
        }
        auto* place = take(1 + count * kept.words());
        *to =
            with_offset(kList, place - to - 1) | kStructs << 32 | Word{count * kept.words()} << 35;
        *place = with_offset(kStruct, count) | kept.encoded();
        for (std::size_t i = 0; i < count; ++i)
            copy_struct(tag + 1 + i * size.words(), size, place + 1 + i * kept.words(), kept);
    }

    void copy_list_behind(const Word* from, Word* to)
    {
        const auto item_size = *from >> 32 & 7;
        if (item_size == kStructs)
            return copy_structs_behind(from, to);
        const auto words = words_of_items(*from);
        auto* place = take(words);
        *to = with_offset(kList, place - to - 1) | (*from >> 32 << 32);
        if (item_size == kPointers)
            return copy_pointers(target(from), place, words);
        std::copy_n(target(from), words, place);
    }

public:
    explicit Copier(Word* begin) : m_end{begin} {}

    const Word* end() const { return m_end; }

    void copy_root(const Word* from) { copy(from, take(1)); }

private:
    void copy(const Word* from, Word* to)
    {
        const auto kind = *from & 3;
        ENSURE(kind == kStruct || kind == kList);
        if (*from == 0)
            *to = 0;
        else if (kind == kStruct)
            copy_struct_behind(from, to);
        else
            copy_list_behind(from, to);
    }
};
}  // namespace

std::span<const Word> canonical_copy(std::span<const Word> message, std::span<Word> room)
{
    ENSURE(!message.empty() && room.size() >= message.size());
    Copier copier{room.data()};
    copier.copy_root(message.data());
    ENSURE(copier.end() <= room.data() + room.size());
    return {room.data(), copier.end()};
}
}  // namespace engine

#include "engine/codec/difference.hpp"

#include "schema/event.capnp.h"

#include <capnp/schema.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace engine
{
namespace
{
constexpr std::size_t kWord = 8;

std::uint64_t word_at(ByteView bytes, std::size_t index)
{
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < kWord; ++i)
        word |= std::uint64_t{bytes[index * kWord + i]} << (8 * i);
    return word;
}

std::string hex(std::uint64_t word)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out = "0x";
    for (int shift = 60; shift >= 0; shift -= 4)
        out += kDigits[word >> shift & 0xF];
    return out;
}

/// The words of a struct: data first, then pointers.
struct StructPlace
{
    std::size_t begin = 0;
    std::size_t data = 0;
    std::size_t pointers = 0;

    std::size_t end() const { return begin + data + pointers; }
};

/// How a pointer to a struct, and the tag of a list of structs, give its size.
StructPlace struct_of(std::uint64_t pointer, std::size_t begin)
{
    return {begin, pointer >> 32 & 0xFFFF, pointer >> 48};
}

/// How many words a list of numbers or bytes takes.
std::size_t words_of_list(std::uint64_t pointer)
{
    constexpr std::size_t kBits[] = {0, 1, 8, 16, 32, 64, 64, 0};
    return ((pointer >> 35) * kBits[pointer >> 32 & 7] + 63) / 64;
}

bool is_pointer(capnp::Type type)
{
    return type.isStruct() || type.isList() || type.isData() || type.isText();
}

/// Finds the member that a word of a canonical message belongs to. The message is our own: its
/// pointers lead where they should.
class Finder
{
    using Found = std::optional<std::string>;

    ByteView m_message;
    std::size_t m_word;

    /// A struct that ends before its discriminant has a discriminant of zero.
    bool is_active(capnp::StructSchema schema, capnp::schema::Field::Reader field,
        const StructPlace& place) const
    {
        if (field.getDiscriminantValue() == capnp::schema::Field::NO_DISCRIMINANT)
            return true;
        const auto offset = schema.getProto().getStruct().getDiscriminantOffset();
        const auto word = offset / 4;
        const auto bits =
            word < place.data ? word_at(m_message, place.begin + word) >> (offset % 4 * 16) : 0;
        return (bits & 0xFFFF) == field.getDiscriminantValue();
    }

    Found in_list(capnp::StructSchema schema, std::size_t tag, const std::string& path) const
    {
        if (m_word == tag)
            return path;
        const auto count = (word_at(m_message, tag) & 0xFFFFFFFF) >> 2;
        auto place = struct_of(word_at(m_message, tag), tag + 1);
        Found found;
        for (std::uint64_t i = 0; i < count && !found; ++i, place.begin = place.end())
            found = in_struct(schema, place, path + "[" + std::to_string(i) + "]");
        return found;
    }

    Found in_member(
        capnp::StructSchema::Field field, const StructPlace& place, std::string path) const
    {
        const auto proto = field.getProto();
        path += std::string{"."} + proto.getName().cStr();
        if (proto.isGroup())
            return in_members(field.getType().asStruct(), place, path);
        const auto slot = proto.getSlot().getOffset();
        if (!is_pointer(field.getType()) || slot >= place.pointers)
            return std::nullopt;
        return behind_pointer(field.getType(), place.begin + place.data + slot, path);
    }

    Found in_members(
        capnp::StructSchema schema, const StructPlace& place, const std::string& path) const
    {
        Found found;
        for (const auto field : schema.getFields())
        {
            if (!found && is_active(schema, field.getProto(), place))
                found = in_member(field, place, path);
        }
        return found;
    }

    Found in_struct(
        capnp::StructSchema schema, const StructPlace& place, const std::string& path) const
    {
        if (auto found = in_members(schema, place, path))
            return found;
        return m_word >= place.begin && m_word < place.end() ? Found{path} : std::nullopt;
    }

public:
    Finder(ByteView message, std::size_t word) : m_message{message}, m_word{word} {}

    Found behind_pointer(capnp::Type type, std::size_t at, const std::string& path) const
    {
        if (m_word == at)
            return path;
        const auto pointer = word_at(m_message, at);
        if (pointer == 0)
            return std::nullopt;
        const auto offset = static_cast<std::int32_t>(pointer) >> 2;
        const auto begin = at + 1 + static_cast<std::size_t>(std::int64_t{offset});
        if (type.isStruct())
            return in_struct(type.asStruct(), struct_of(pointer, begin), path);
        if (type.isList() && type.asList().getElementType().isStruct())
            return in_list(type.asList().getStructElementType(), begin, path);
        const bool mine = m_word >= begin && m_word < begin + words_of_list(pointer);
        return mine ? Found{path} : std::nullopt;
    }
};

std::string place_of(ByteView canonical, std::size_t word)
{
    const Finder finder{canonical, word};
    return finder.behind_pointer(capnp::Schema::from<wire::Event>(), 0, "event").value_or("event");
}
}  // namespace

std::string difference(ByteView canonical, ByteView given)
{
    const auto words = std::min(canonical.size(), given.size()) / kWord;
    std::size_t word = 0;
    while (word < words && word_at(canonical, word) == word_at(given, word))
        ++word;
    const auto at = "word " + std::to_string(word);
    if (word * kWord == canonical.size())
        return "the event ends before " + at + ", the bytes do not";
    const auto place = at + ", in " + place_of(canonical, word);
    if (word * kWord == given.size())
        return "the bytes end before " + place;
    return place + ", is " + hex(word_at(given, word)) + ", expected " +
           hex(word_at(canonical, word));
}
}  // namespace engine

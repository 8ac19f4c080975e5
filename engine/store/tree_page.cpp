#include "engine/store/tree_page.hpp"

namespace engine
{
namespace
{
constexpr std::uint8_t kKindMax = static_cast<std::uint8_t>(TreeSlot::Kind::node);

unsigned kind_shift(std::size_t slot)
{
    return static_cast<unsigned>(6 - 2 * slot);
}

bool take_hash(ByteView& in, Hash256& hash)
{
    if (in.size() < hash.bytes.size())
        return false;
    std::copy_n(in.begin(), hash.bytes.size(), hash.bytes.begin());
    in = in.subspan(hash.bytes.size());
    return true;
}

bool take_slot(ByteView& in, TreeSlot& slot)
{
    switch (slot.kind)
    {
        case TreeSlot::Kind::empty:
            return true;
        case TreeSlot::Kind::leaf:
            return take_hash(in, slot.hash) && take_hash(in, slot.row_hash);
        case TreeSlot::Kind::node:
            return take_hash(in, slot.hash);
    }
    return false;
}
}  // namespace

TreePath TreePath::child(unsigned quarter) const
{
    TreePath path{static_cast<std::uint16_t>(depth + 2), bits};
    auto& byte = path.bits.bytes[depth / 8];
    byte = static_cast<std::uint8_t>(byte | quarter << (6 - depth % 8));
    return path;
}

void encode_page(Bytes& out, const TreePage& page)
{
    unsigned kinds = 0;
    for (std::size_t i = 0; i < page.slots.size(); ++i)
        kinds |= static_cast<unsigned>(page.slots[i].kind) << kind_shift(i);
    out.push_back(static_cast<std::uint8_t>(kinds));
    for (const auto& slot : page.slots)
    {
        if (slot.kind != TreeSlot::Kind::empty)
            append(out, slot.hash.bytes);
        if (slot.kind == TreeSlot::Kind::leaf)
            append(out, slot.row_hash.bytes);
    }
}

std::size_t page_bytes(const TreePage& page)
{
    std::size_t bytes = 1;
    for (const auto& slot : page.slots)
    {
        bytes += slot.kind == TreeSlot::Kind::empty ? 0 : sizeof slot.hash;
        bytes += slot.kind == TreeSlot::Kind::leaf ? sizeof slot.row_hash : 0;
    }
    return bytes;
}

std::optional<TreePage> decode_page(ByteView bytes)
{
    if (bytes.empty())
        return std::nullopt;
    const unsigned kinds = bytes.front();
    bytes = bytes.subspan(1);
    TreePage page;
    for (std::size_t i = 0; i < page.slots.size(); ++i)
    {
        const auto kind = static_cast<std::uint8_t>(kinds >> kind_shift(i) & 3);
        if (kind > kKindMax)
            return std::nullopt;
        page.slots[i].kind = static_cast<TreeSlot::Kind>(kind);
        if (!take_slot(bytes, page.slots[i]))
            return std::nullopt;
    }
    return bytes.empty() ? std::optional{page} : std::nullopt;
}

Bytes page_key(const TreePath& path)
{
    Bytes key{
        't', static_cast<std::uint8_t>(path.depth >> 8), static_cast<std::uint8_t>(path.depth)};
    append(key, ByteView{path.bits.bytes}.first((path.depth + 7U) / 8));
    return key;
}

std::size_t page_key_bytes(const TreePath& path)
{
    return 1 + sizeof path.depth + (path.depth + 7U) / 8;
}
}  // namespace engine

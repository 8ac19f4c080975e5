#include "engine/store/full_root.hpp"

#include "engine/base/check.hpp"
#include "engine/hash/sha256.hpp"
#include "engine/store/proof_check.hpp"

#include <algorithm>
#include <bit>
#include <vector>

namespace engine
{
namespace
{
struct Leaf
{
    Hash256 key_hash;
    Hash256 row_hash;
};

using Leaves = std::span<const Leaf>;
using ScanAll = FunctionRef<void(AnyRowVisitor)>;

struct Subtree
{
    std::uint64_t rows = 0;
    Hash256 hash;  // Of no rows: zero. Of one: its leaf.
};

/// The rule of the tree: a node has two rows or more below it.
Subtree join(const Subtree& left, const Subtree& right)
{
    const auto rows = left.rows + right.rows;
    if (rows <= 1)
        return left.rows == 1 ? left : right;
    return {rows, sha256_pair(left.hash, right.hash)};
}

Subtree subtree_of(Leaves leaves, std::size_t depth)
{
    if (leaves.empty())
        return {};
    if (leaves.size() == 1)
        return {1, leaf_hash_of(leaves[0].key_hash, leaves[0].row_hash)};
    ENSURE(depth < 256);
    const auto right = std::partition_point(leaves.begin(), leaves.end(),
        [&](const Leaf& leaf) { return !bit_of(leaf.key_hash, depth); });
    const auto count = static_cast<std::size_t>(right - leaves.begin());
    return join(
        subtree_of(leaves.first(count), depth + 1), subtree_of(leaves.subspan(count), depth + 1));
}

std::uint64_t count_rows(ScanAll scan)
{
    std::uint64_t rows = 0;
    scan([&](TableId, ByteView, ByteView) {
        ++rows;
        return true;
    });
    return rows;
}

unsigned first_bits(const Hash256& hash, unsigned count)
{
    const unsigned word = static_cast<unsigned>(hash.bytes[0] << 8 | hash.bytes[1]);
    return word >> (16 - count);
}

/// How many first bits of the key hash to take apart for a part to fit into memory, with room for
/// chance.
unsigned bits_to_part_by(std::uint64_t rows, std::size_t memory_bytes_max)
{
    const auto fit = std::max<std::uint64_t>(1, memory_bytes_max / sizeof(Leaf));
    unsigned bits = 0;
    while (bits < 8 && rows > fit << bits)
        ++bits;
    return bits;
}

std::vector<Leaf> leaves_of_part(
    ScanAll scan, unsigned part, unsigned bits, std::uint64_t rows_expected)
{
    std::vector<Leaf> leaves;
    leaves.reserve(static_cast<std::size_t>(rows_expected));
    scan([&](TableId table, ByteView key, ByteView row) {
        const auto key_hash = key_hash_of(table.value, key);
        if (first_bits(key_hash, bits) == part)
            leaves.push_back({key_hash, row_hash_of(table.value, row)});
        return true;
    });
    std::sort(leaves.begin(), leaves.end(),
        [](const Leaf& a, const Leaf& b) { return a.key_hash < b.key_hash; });
    return leaves;
}

TreeTop root_of_rows(ScanAll scan, std::size_t memory_bytes_max)
{
    const auto rows = count_rows(scan);
    const auto bits = bits_to_part_by(rows, memory_bytes_max);
    const auto expected = (rows >> bits) + (bits > 0 ? rows >> (bits + 4) : 0);  // By chance more.
    std::vector<Subtree> parts;
    for (unsigned part = 0; part < 1U << bits; ++part)
        parts.push_back(subtree_of(leaves_of_part(scan, part, bits, expected), bits));
    for (; parts.size() > 1; parts.resize(parts.size() / 2))
    {
        for (std::size_t i = 0; i < parts.size() / 2; ++i)
            parts[i] = join(parts[2 * i], parts[2 * i + 1]);
    }
    return {StateRoot{parts[0].hash.bytes}, parts[0].rows};
}
}  // namespace

TreeTop full_root(const StateStore& store, std::size_t memory_bytes_max)
{
    const auto scan = [&](AnyRowVisitor visit) { store.scan_all(visit); };
    return root_of_rows(scan, memory_bytes_max);
}

TreeTop full_root(
    const StateView& state, std::span<const TableInfo> tables, std::size_t memory_bytes_max)
{
    const auto scan = [&](AnyRowVisitor visit) {
        for (const auto& table : tables)
        {
            state.scan(table.id, {},
                [&](ByteView key, ByteView row) { return visit(table.id, key, row); });
        }
    };
    return root_of_rows(scan, memory_bytes_max);
}
}  // namespace engine

// Checks a proof about one row of the state. Reads from the top down: a proof's bytes, what it
// claims, the path to the root, the hashes. Needs SHA-256 and nothing else of the engine.

#include "engine/store/proof_check.hpp"

#include "engine/hash/sha256.hpp"

#include <array>

namespace engine
{
namespace
{
constexpr std::uint8_t kProofVersion = 1;
constexpr std::size_t kDepthMax = 256;  // Bits of a key hash.

constexpr TaggedHasher kKeyHash{"refold/key"};
constexpr TaggedHasher kRowHash{"refold/row"};
constexpr TaggedHasher kLeafHash{"refold/leaf"};

bool share_first_bits(const Hash256& a, const Hash256& b, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
    {
        if (bit_of(a, i) != bit_of(b, i))
            return false;
    }
    return true;
}

std::array<std::uint8_t, 2> big_endian(std::uint16_t value)
{
    return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

/// The hash of what stands at the end of the path. Nothing when it can't stand there.
std::optional<Hash256> end_of(const Proof& proof, const Hash256& key_hash)
{
    switch (proof.end)
    {
        case ProofEnd::row:
            return leaf_hash_of(key_hash, row_hash_of(proof.table, proof.row));
        case ProofEnd::empty:
            return Hash256{};
        case ProofEnd::other:
            // Another row's leaf, on the path that this key has to take.
            if (proof.other_key_hash == key_hash ||
                !share_first_bits(proof.other_key_hash, key_hash, proof.siblings.size()))
                return std::nullopt;
            return leaf_hash_of(proof.other_key_hash, proof.other_row_hash);
    }
    return std::nullopt;
}

/// A subtree of one row or of none takes no node, so the lowest node has two rows or more below it:
/// its other side is never empty.
bool lowest_node_is_possible(const Proof& proof)
{
    return proof.siblings.empty() || proof.siblings.back() != Hash256{};
}
}  // namespace

std::optional<StateRoot> root_of(const Proof& proof)
{
    if (proof.siblings.size() > kDepthMax || !lowest_node_is_possible(proof))
        return std::nullopt;
    const auto key_hash = key_hash_of(proof.table, proof.key);
    const auto end = end_of(proof, key_hash);
    if (!end)
        return std::nullopt;

    Hash256 subtree = *end;
    for (auto depth = proof.siblings.size(); depth-- > 0;)
    {
        const auto& sibling = proof.siblings[depth];
        subtree =
            bit_of(key_hash, depth) ? sha256_pair(sibling, subtree) : sha256_pair(subtree, sibling);
    }
    return StateRoot{subtree.bytes};
}

Hash256 key_hash_of(std::uint16_t table, ByteView key)
{
    return kKeyHash(big_endian(table), key);
}

Hash256 row_hash_of(std::uint16_t table, ByteView row)
{
    return kRowHash(big_endian(table), row);
}

Hash256 leaf_hash_of(const Hash256& key_hash, const Hash256& row_hash)
{
    return kLeafHash(key_hash, row_hash);
}

namespace
{
/// Takes bytes from the front. Once there are too few, everything it gives is zero and it is bad.
class Reader
{
    ByteView m_left;
    bool m_good = true;

public:
    explicit Reader(ByteView bytes) : m_left{bytes} {}

    ByteView bytes(std::size_t count)
    {
        if (m_left.size() < count)
        {
            m_good = false;
            m_left = {};
            return {};
        }
        const auto taken = m_left.first(count);
        m_left = m_left.subspan(count);
        return taken;
    }
    std::uint32_t integer(std::size_t size)
    {
        std::uint32_t value = 0;
        for (const auto byte : bytes(size))
            value = value << 8 | byte;
        return value;
    }
    Bytes counted()
    {
        const auto view = bytes(integer(4));
        return {view.begin(), view.end()};
    }
    Hash256 hash()
    {
        Hash256 hash;
        const auto view = bytes(hash.bytes.size());
        std::copy(view.begin(), view.end(), hash.bytes.begin());
        return hash;
    }

    bool good() const { return m_good; }
    bool ended_well() const { return m_good && m_left.empty(); }
};

void put_integer(Bytes& out, std::size_t value, std::size_t size)
{
    for (std::size_t i = size; i-- > 0;)
        out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void put_counted(Bytes& out, ByteView bytes)
{
    put_integer(out, bytes.size(), 4);
    append(out, bytes);
}

void put_end(Bytes& out, const Proof& proof)
{
    out.push_back(static_cast<std::uint8_t>(proof.end));
    if (proof.end == ProofEnd::row)
        put_counted(out, proof.row);
    if (proof.end == ProofEnd::other)
    {
        append(out, proof.other_key_hash.bytes);
        append(out, proof.other_row_hash.bytes);
    }
}

bool read_end(Reader& in, Proof& proof)
{
    const auto end = in.integer(1);
    if (end > static_cast<std::uint8_t>(ProofEnd::other))
        return false;
    proof.end = static_cast<ProofEnd>(end);
    if (proof.end == ProofEnd::row)
        proof.row = in.counted();
    if (proof.end == ProofEnd::other)
    {
        proof.other_key_hash = in.hash();
        proof.other_row_hash = in.hash();
    }
    return in.good();
}

void put_siblings(Bytes& out, const std::vector<Hash256>& siblings)
{
    put_integer(out, siblings.size(), 2);
    Bytes present((siblings.size() + 7) / 8);
    for (std::size_t i = 0; i < siblings.size(); ++i)
    {
        if (siblings[i] != Hash256{})
            present[i / 8] = static_cast<std::uint8_t>(present[i / 8] | 0x80 >> i % 8);
    }
    append(out, present);
    for (const auto& sibling : siblings)
    {
        if (sibling != Hash256{})
            append(out, sibling.bytes);
    }
}

bool read_siblings(Reader& in, std::vector<Hash256>& siblings)
{
    const std::size_t depth = in.integer(2);
    if (depth > kDepthMax)
        return false;
    const auto present = in.bytes((depth + 7) / 8);
    for (std::size_t i = 0; in.good() && i < present.size() * 8; ++i)
    {
        const bool is_present = (present[i / 8] & 0x80 >> i % 8) != 0;
        if (i >= depth && is_present)
            return false;
        if (i >= depth)
            continue;
        siblings.push_back(is_present ? in.hash() : Hash256{});
        if (is_present && siblings.back() == Hash256{})
            return false;  // One form only for an empty subtree.
    }
    return in.good();
}
}  // namespace

Bytes encode_proof(const Proof& proof)
{
    Bytes out{kProofVersion};
    put_integer(out, proof.table, 2);
    put_counted(out, proof.key);
    put_end(out, proof);
    put_siblings(out, proof.siblings);
    return out;
}

std::optional<Proof> decode_proof(ByteView bytes)
{
    Reader in{bytes};
    Proof proof;
    if (in.integer(1) != kProofVersion)
        return std::nullopt;
    proof.table = static_cast<std::uint16_t>(in.integer(2));
    proof.key = in.counted();
    if (!read_end(in, proof) || !read_siblings(in, proof.siblings) || !in.ended_well())
        return std::nullopt;
    return proof;
}
}  // namespace engine

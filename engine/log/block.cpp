#include "engine/log/block.hpp"

#include "engine/hash/merkle.hpp"
#include "engine/hash/sha256.hpp"
#include "engine/log/little_endian.hpp"

namespace engine::log
{
namespace
{
constexpr TaggedHasher kBlockHash{"refold/block"};
constexpr std::uint32_t kFormat = 1;
constexpr std::uint32_t kRooted = 1;
constexpr std::uint64_t kNoHeight = UINT64_MAX;

Failure<BlockError> wrong(std::string what, std::size_t offset)
{
    return Failure{BlockError{std::move(what), offset}};
}

/// One form only: none is (2^64 - 1, zero), one is (below the block's height, any root).
Result<Done, BlockError> check_known(std::uint64_t known, const StateRoot& root, LogHeight height)
{
    constexpr std::size_t kOffset = 128;
    if (known == kNoHeight && root != StateRoot{})
        return wrong("a state root of no height", kOffset + 8);
    if (known != kNoHeight && known >= height.value)
        return wrong("knows the state root of a height that is not before it", kOffset);
    return Done{};
}

/// Bytes up to the next multiple of 8.
ByteView gap_after(ByteView bytes, std::uint64_t end)
{
    return bytes.subspan(end, padded(end) - end);
}

std::uint64_t events_offset(std::uint32_t count)
{
    return padded(kBlockHeaderSize + std::uint64_t{kResultSize} * count);
}
}  // namespace

std::array<std::uint8_t, kBlockHeaderSize> encode_header(const BlockHeader& header)
{
    std::array<std::uint8_t, kBlockHeaderSize> bytes{};
    FieldWriter{bytes}
        .number(kFormat)
        .number(header.rules_version.value)
        .number(header.height.value)
        .id(header.previous)
        .id(header.events_root)
        .id(header.results_root)
        .number(static_cast<std::uint64_t>(header.time.value))
        .number(header.rooted ? kRooted : std::uint32_t{0})
        .number(header.event_count)
        .number(header.known_root ? header.known_root->height.value : kNoHeight)
        .id(header.known_root ? header.known_root->root : StateRoot{})
        .id(header.carried_seal.value_or(SealDigest{}));
    return bytes;
}

Result<BlockHeader, BlockError> decode_header(ByteView block)
{
    if (block.size() < kBlockHeaderSize)
        return wrong("shorter than a block header", block.size());
    FieldReader in{block};
    if (const auto format = in.number<std::uint32_t>(); format != kFormat)
        return Failure{BlockError{
            "block format " + std::to_string(format) + ", and this version knows format 1", 0,
            format > kFormat}};

    BlockHeader header;
    header.rules_version = RulesVersion{in.number<std::uint32_t>()};
    header.height = LogHeight{in.number<std::uint64_t>()};
    header.previous = in.id<LogBlockHash>();
    header.events_root = in.id<Hash256>();
    header.results_root = in.id<Hash256>();
    header.time = LogTime{static_cast<std::int64_t>(in.number<std::uint64_t>())};
    const auto flags = in.number<std::uint32_t>();
    header.event_count = in.number<std::uint32_t>();
    const auto known_height = in.number<std::uint64_t>();
    const auto known_root = in.id<StateRoot>();
    const auto digest = in.id<SealDigest>();

    if (header.rules_version.value == 0)
        return wrong("rules version 0", 4);
    if (header.height.value == 0 && header.previous != LogBlockHash{})
        return wrong("the first block has a block before it", 16);
    if ((flags & ~kRooted) != 0)
        return wrong("unknown flags", 120);
    if (header.event_count == 0)
        return wrong("a block without events", 124);
    if (const auto known = check_known(known_height, known_root, header.height); !known)
        return Failure{known.error()};

    header.rooted = flags != 0;
    if (known_height != kNoHeight)
        header.known_root = KnownRoot{LogHeight{known_height}, known_root};
    if (digest != SealDigest{})
        header.carried_seal = digest;
    return header;
}

LogBlockHash block_hash(const BlockHeader& header)
{
    return {kBlockHash(encode_header(header)).bytes};
}

LogBlockHash block_hash(ByteView block)
{
    ENSURE(block.size() >= kBlockHeaderSize);
    return {kBlockHash(block.first(kBlockHeaderSize)).bytes};
}

EventHash event_hash(ByteView event)
{
    constexpr std::array<std::uint8_t, 1> kLeaf{0x00};
    return {Sha256{}.update(kLeaf).update(event).finish().bytes};
}

Hash256 result_hash(EventResult result)
{
    std::array<std::uint8_t, 7> leaf{0x01};
    FieldWriter{std::span{leaf}.subspan(1)}.number(result.verdict).number(result.effects);
    return sha256(leaf);
}

Result<BlockView, BlockError> BlockView::parse(ByteView bytes)
{
    BlockView view;
    if (const auto read = view.read(bytes); !read)
        return Failure{read.error()};
    return view;
}

Result<Done, BlockError> BlockView::read(ByteView bytes)
{
    const auto header = decode_header(bytes);
    if (!header)
        return Failure{header.error()};
    m_bytes = bytes;
    m_header = *header;
    return read_events();
}

Result<Done, BlockError> BlockView::read_events()
{
    const auto size = m_bytes.size();
    const std::uint64_t table_end =
        kBlockHeaderSize + std::uint64_t{kResultSize} * m_header.event_count;
    std::uint64_t at = events_offset(m_header.event_count);
    if (at > size || at > UINT32_MAX)
        return wrong("ends within the results", size);
    if (!is_zero(gap_after(m_bytes, table_end)))
        return wrong("non-zero bytes after the results", table_end);

    m_offsets.clear();
    for (std::uint32_t i = 0; i < m_header.event_count; ++i)
    {
        const std::uint64_t length = event_length(i);
        if (length == 0)
            return wrong("an empty event", kBlockHeaderSize + kResultSize * std::size_t{i});
        if (padded(at + length) > size || padded(at + length) > UINT32_MAX)
            return wrong("ends within an event", size);
        if (!is_zero(gap_after(m_bytes, at + length)))
            return wrong("non-zero bytes after an event", at + length);
        m_offsets.push_back(static_cast<std::uint32_t>(at));
        at = padded(at + length);
    }

    const std::uint64_t end = at + (m_header.carried_seal ? kSealSize : 0);
    if (size < end)
        return wrong("ends within the seal", size);
    if (size > end)
        return wrong("bytes after the end of the block", end);
    return Done{};
}

std::uint32_t BlockView::event_length(std::uint32_t index) const
{
    return load<std::uint32_t>(m_bytes, kBlockHeaderSize + kResultSize * std::size_t{index});
}

ByteView BlockView::event(std::uint32_t index) const
{
    ENSURE(index < m_offsets.size());
    return m_bytes.subspan(m_offsets[index], event_length(index));
}

EventResult BlockView::result(std::uint32_t index) const
{
    ENSURE(index < m_offsets.size());
    const std::size_t at = kBlockHeaderSize + kResultSize * std::size_t{index};
    return {load<std::uint16_t>(m_bytes, at + 4), load<std::uint32_t>(m_bytes, at + 6)};
}

std::optional<Seal> BlockView::seal() const
{
    if (!m_header.carried_seal)
        return std::nullopt;
    return decode_seal(m_bytes.last(kSealSize));
}

namespace
{
Hash256 events_root(std::span<const EventHash> events)
{
    merkle::RootBuilder root;
    for (const auto& event : events)
        root.add({event.bytes});
    return root.root();
}

/// Most events of a block come to the same result: one that repeats is hashed once.
Hash256 results_root(const BlockView& block)
{
    merkle::RootBuilder root;
    EventResult last = block.result(0);
    Hash256 hash = result_hash(last);
    for (std::uint32_t i = 0; i < block.event_count(); ++i)
    {
        if (const auto result = block.result(i); result != last)
        {
            last = result;
            hash = result_hash(last);
        }
        root.add(hash);
    }
    return root.root();
}
}  // namespace

Result<Done, BlockError> check_block(const BlockView& block)
{
    std::vector<EventHash> events;
    events.reserve(block.event_count());
    for (std::uint32_t i = 0; i < block.event_count(); ++i)
        events.push_back(event_hash(block.event(i)));
    return check_block(block, events);
}

Result<Done, BlockError> check_block(const BlockView& block, std::span<const EventHash> events)
{
    ENSURE(events.size() == block.event_count());
    if (events_root(events) != block.header().events_root)
        return wrong("the events are not those that the header names", 48);
    if (results_root(block) != block.header().results_root)
        return wrong("the results are not those that the header names", 80);

    const auto seal = block.seal();
    if (seal && seal_digest(*seal) != *block.header().carried_seal)
        return wrong("the seal is not the one that the header names", 168);
    if (seal && seal->height >= block.height())
        return wrong("carries the seal of a block that is not before it", 168);
    return Done{};
}

Result<Done, BlockError> check_follows(const HashedHeader& before, const BlockHeader& header)
{
    const auto next = before.header.height.value + 1;
    if (header.height.value != next)
        return wrong("the block of height " + std::to_string(header.height.value) + " where " +
                         std::to_string(next) + " comes next",
            8);
    if (header.previous != before.hash)
        return wrong("the block names another one as the one before it", 16);
    if (header.time < before.header.time)
        return wrong("the block's log time is before that of the block before it", 112);

    const auto& known = header.known_root;
    const auto& known_before = before.header.known_root;
    if (known_before && (!known || known->height < known_before->height))
        return wrong("the block knows an older state root than the block before it", 128);
    if (known_before && known->height == known_before->height && known->root != known_before->root)
        return wrong("the block knows another state root of the same height", 136);
    return Done{};
}

EncodedBlock encode_block(
    BlockHeader header, std::span<const EventRecord> events, const std::optional<Seal>& seal)
{
    ENSURE(!events.empty());
    ENSURE(events.size() <= UINT32_MAX);
    header.event_count = static_cast<std::uint32_t>(events.size());
    header.carried_seal = seal ? std::optional{seal_digest(*seal)} : std::nullopt;

    merkle::RootBuilder events_root;
    merkle::RootBuilder results_root;
    std::uint64_t size = events_offset(header.event_count) + (seal ? kSealSize : 0);
    for (const auto& event : events)
    {
        ENSURE(!event.bytes.empty());
        events_root.add({event.hash.bytes});
        results_root.add(result_hash(event.result));
        size += padded(event.bytes.size());
    }
    ENSURE(size <= UINT32_MAX);
    header.events_root = events_root.root();
    header.results_root = results_root.root();

    Bytes bytes(size);
    const std::span out{bytes};
    FieldWriter table{out};
    table.bytes(encode_header(header));
    std::uint64_t at = events_offset(header.event_count);
    for (const auto& event : events)
    {
        table.number(static_cast<std::uint32_t>(event.bytes.size()))
            .number(event.result.verdict)
            .number(event.result.effects);
        std::copy(event.bytes.begin(), event.bytes.end(), out.subspan(at).begin());
        at += padded(event.bytes.size());
    }
    if (seal)
        FieldWriter{out.last(kSealSize)}.bytes(encode_seal(*seal));

    const auto hash = block_hash(bytes);
    return {header, hash, std::move(bytes)};
}
}  // namespace engine::log

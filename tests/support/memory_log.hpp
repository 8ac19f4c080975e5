#pragma once

// A log in memory, for tests that damage or forge one.

#include "engine/log/log.hpp"
#include "tests/support/block_files.hpp"

#include <functional>
#include <stdexcept>

namespace engine::test
{
/// A block taken apart, so that a forger can put it together again.
struct LooseBlock
{
    log::BlockHeader header;
    std::vector<Bytes> events;
    std::vector<log::EventResult> results;
    std::optional<log::Seal> seal;

    static LooseBlock of(ByteView bytes)
    {
        const auto block = *log::BlockView::parse(bytes);
        LooseBlock out{block.header(), {}, {}, block.seal()};
        for (std::uint32_t i = 0; i < block.event_count(); ++i)
        {
            out.events.emplace_back(block.event(i).begin(), block.event(i).end());
            out.results.push_back(block.result(i));
        }
        return out;
    }

    /// Roots are right, whatever stands in it.
    log::EncodedBlock encode() const
    {
        std::vector<log::EventRecord> records;
        for (std::size_t i = 0; i < events.size(); ++i)
            records.push_back({events[i], log::event_hash(events[i]), results[i]});
        return log::encode_block(header, records, seal);
    }
};

/// Checks what the segment log's reader checks, but for checksums.
class MemoryLog final : public log::Log
{
    std::vector<Bytes> m_blocks;
    std::optional<LogHeight> m_unreadable;
    std::optional<LogHeight> m_end;

    class Reader final : public log::BlockReader
    {
        const MemoryLog& m_log;
        LogHeight m_from;
        LogHeight m_next;
        std::optional<log::HashedHeader> m_before;
        log::BlockView m_block;

        Failure<log::LogError> failed(std::string what) const
        {
            return Failure{log::LogError{.code = log::LogErrorCode::damaged,
                .what = std::move(what),
                .file = "memory",
                .offset = {},
                .height = m_next,
                .repair = {}}};
        }

    public:
        Reader(const MemoryLog& log, LogHeight from) : m_log{log}, m_from{from}, m_next{from} {}

        log::LogResult<const log::BlockView*> next() override
        {
            const bool ends = m_log.m_end && m_from < *m_log.m_end && m_next >= *m_log.m_end;
            if (ends || m_next.value >= m_log.m_blocks.size())
                return nullptr;
            if (m_log.m_unreadable == m_next)
                return failed("unreadable");
            if (const auto read = m_block.read(m_log.m_blocks[m_next.value]); !read)
                return failed(read.error().what);
            if (m_before)
            {
                if (const auto good = log::check_follows(*m_before, m_block.header()); !good)
                    return failed(good.error().what);
            }
            m_before = log::HashedHeader{m_block.header(), m_block.hash()};
            ++m_next.value;
            return &m_block;
        }

        log::Progress progress() override { return {m_next.value, m_log.m_blocks.size()}; }
    };

public:
    explicit MemoryLog(std::vector<Bytes> blocks) : m_blocks{std::move(blocks)} {}

    const std::vector<Bytes>& blocks() const { return m_blocks; }

    /// No reader gets past the blocks before this one.
    void fail_at(LogHeight height) { m_unreadable = height; }

    /// Readers that began before this block find the end of the log there.
    void end_at(LogHeight height) { m_end = height; }

    /// Changes bytes of a block and leaves its header, and so the chain, as it is.
    void flip(LogHeight height, std::size_t offset) { m_blocks.at(height.value).at(offset) ^= 1; }

    /// Changes blocks from a height on, makes roots and chain right again.
    void forge(LogHeight from, const std::function<void(LooseBlock&)>& change)
    {
        auto previous = from.value == 0 ? LogBlockHash{}
                                        : log::block_hash(ByteView{m_blocks.at(from.value - 1)});
        for (auto height = from.value; height < m_blocks.size(); ++height)
        {
            auto block = LooseBlock::of(m_blocks[height]);
            change(block);
            block.header.previous = previous;
            auto encoded = block.encode();
            previous = encoded.hash;
            m_blocks[height] = std::move(encoded.bytes);
        }
    }

    std::optional<log::LogTip> tip() const override
    {
        if (m_blocks.empty())
            return std::nullopt;
        const auto block = *log::BlockView::parse(m_blocks.back());
        return log::LogTip{block.header(), block.hash()};
    }
    log::LogResult<std::unique_ptr<log::BlockReader>> reader(LogHeight from) const override
    {
        return std::unique_ptr<log::BlockReader>{std::make_unique<Reader>(*this, from)};
    }
    log::LogResult<Done> append(ByteView) override { return Failure{log::LogError{}}; }
    log::LogResult<log::Preparation> prepare_next() override { return Failure{log::LogError{}}; }
    log::LogResult<Done> close() override { return Failure{log::LogError{}}; }
    bool has_room() const override { return false; }
};
}  // namespace engine::test

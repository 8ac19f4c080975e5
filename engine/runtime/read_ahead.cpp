#include "engine/runtime/read_ahead.hpp"

#include <algorithm>

namespace engine
{
namespace
{
/// What a block takes in memory once it is decoded, roughly.
std::size_t cost_of(const log::BlockView& block)
{
    return block.bytes().size() + block.event_count() * sizeof(Event);
}

std::size_t memory_of(const ReadyBlock& block)
{
    return block.bytes.capacity() + block.checked.events.capacity() * sizeof(Event);
}
}  // namespace

ReadAhead::ReadAhead(std::unique_ptr<log::BlockReader> reader, Range range, ChecksOf checks_of,
    const LogIdentity* identity, Executor* executor, const ReadAheadOptions& options)
  : m_reader{std::move(reader)},
    m_checks_of{std::move(checks_of)},
    m_identity{identity},
    m_executor{executor},
    m_options{options},
    m_batches(std::max<std::size_t>(1, options.batches_max)),
    m_next{range.from},
    m_last{range.to}
{
    if (m_executor == nullptr)
        m_options.batch_blocks_max = 1;
    read_on();
}

ReadAhead::~ReadAhead()
{
    m_all_read = true;
    if (m_executor != nullptr)
        m_executor->wait_until([this] { return m_tasks == 0; });
}

// ---- The folding side ----

log::LogResult<const ReadyBlock*> ReadAhead::next()
{
    for (;;)
    {
        auto& current = batch(m_released);
        await(current);
        if (m_at < current.count)
            return &current.blocks[m_at++];
        if (current.error)
            return Failure{*current.error};
        if (current.is_last)
            return nullptr;
        release(current);
    }
}

void ReadAhead::await(Batch& batch)
{
    if (batch.is_ready)
        return;
    if (m_executor != nullptr)
        return m_executor->wait_until([&batch] { return batch.is_ready.load(); });
    fill(batch);
    check(batch);
}

/// Lets the reading side have a batch again. Small blocks keep their memory; a place far behind in
/// its batch less than one in front, so that all of them together stay within a few bounds.
void ReadAhead::release(Batch& batch)
{
    for (std::size_t i = 0; i < batch.blocks.size(); ++i)
    {
        if (memory_of(batch.blocks[i]) > 2 * m_options.batch_bytes_max / (i + 1))
            batch.blocks[i] = {};
    }
    m_at = 0;
    batch.is_ready = false;
    ++m_released;
    read_on();
}

// ---- The reading side ----

bool ReadAhead::may_read() const
{
    return !m_all_read && m_filled - m_released < m_batches.size();
}

/// Sees to it that somebody reads while there is room.
void ReadAhead::read_on()
{
    if (m_executor != nullptr && may_read() && !m_is_reading.exchange(true))
        post(Lane::log, [this] { read_what_fits(); });
}

void ReadAhead::read_what_fits()
{
    while (may_read())
    {
        auto& next = batch(m_filled);
        fill(next);
        ++m_filled;
        post(Lane::check, [this, &next] { check(next); });
    }
    m_is_reading = false;
    read_on();  // Room may have come since it was asked for.
}

void ReadAhead::fill(Batch& batch)
{
    batch.count = 0;
    std::size_t bytes = 0;
    while (batch.count < m_options.batch_blocks_max && bytes < m_options.batch_bytes_max)
    {
        if (m_next > m_last || !read_block(batch))
        {
            batch.is_last = true;
            m_all_read = true;
            return;
        }
        bytes += cost_of(batch.blocks[batch.count - 1].block);
    }
}

/// Takes a copy of the next block. False where there is none.
bool ReadAhead::read_block(Batch& batch)
{
    const auto block = m_reader->next();
    if (!block)
        batch.error = block.error();
    if (!block || *block == nullptr)
        return false;
    if (batch.count == batch.blocks.size())
        batch.blocks.emplace_back();
    auto& place = batch.blocks[batch.count++];
    const auto bytes = (*block)->bytes();
    place.bytes.assign(bytes.begin(), bytes.end());
    const auto copied = place.block.read(place.bytes);
    ENSURE(copied.has_value());
    place.progress = m_reader->progress();
    ++m_next.value;
    return true;
}

void ReadAhead::check(Batch& batch)
{
    for (std::size_t i = 0; i < batch.count; ++i)
    {
        auto& ready = batch.blocks[i];
        batch.checker.check(
            ready.block, m_checks_of(ready.block.height()), m_identity, ready.checked);
    }
    batch.is_ready = true;
}

void ReadAhead::post(Lane lane, Task task)
{
    ++m_tasks;
    m_executor->post(lane, [this, task = std::move(task)] {
        struct Ended
        {
            std::atomic<std::uint64_t>& tasks;
            ~Ended() { --tasks; }
        } ended{m_tasks};
        task();
    });
}
}  // namespace engine

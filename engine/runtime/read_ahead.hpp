#pragma once

#include "engine/log/log.hpp"
#include "engine/ports/executor.hpp"
#include "engine/runtime/checked_block.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace engine
{
/// How far reading may be ahead of folding: batches, each at most one block larger than its bound.
struct ReadAheadOptions
{
    std::size_t batches_max = 8;
    std::size_t batch_blocks_max = 256;
    std::size_t batch_bytes_max = std::size_t{512} << 10;  ///< Log bytes and decoded events.
};

/// A block that is ready to be folded.
struct ReadyBlock
{
    Bytes bytes;
    log::BlockView block;    ///< Of these bytes.
    log::Progress progress;  ///< Of the reader, behind this block.
    CheckedBlock checked;
};

/// The blocks of a range, got ready ahead of the fold: Lane::log reads and checks frames and chain,
/// Lane::check hashes, decodes and validates. They are given in order, and what is wrong with a
/// block is told no sooner than the blocks before it are given. Without an executor the same is
/// done block by block, when the fold asks for it.
class ReadAhead
{
public:
    /// Which checks a height calls for. Asked on Lane::check.
    using ChecksOf = std::function<EventChecks(LogHeight)>;

    struct Range
    {
        LogHeight from;
        LogHeight to;  ///< The last one.
    };

private:
    struct Batch
    {
        std::vector<ReadyBlock> blocks;
        std::size_t count = 0;  // Of the blocks in use; the others keep their memory.
        bool is_last = false;
        std::optional<log::LogError> error;  // Instead of the block behind them.
        BlockChecker checker;
        std::atomic<bool> is_ready = false;
    };

    std::unique_ptr<log::BlockReader> m_reader;
    ChecksOf m_checks_of;
    const LogIdentity* m_identity;
    Executor* m_executor;
    ReadAheadOptions m_options;
    std::vector<Batch> m_batches;  // A ring: number modulo size.

    // Of the reading side: one task at a time.
    LogHeight m_next;
    LogHeight m_last;
    std::atomic<std::uint64_t> m_filled = 0;  // Batches handed on to be checked.
    std::atomic<bool> m_is_reading = false;
    std::atomic<bool> m_all_read = false;

    // Of the folding side.
    std::atomic<std::uint64_t> m_released = 0;  // Batches that were folded.
    std::size_t m_at = 0;                       // In the batch that is being folded.

    std::atomic<std::uint64_t> m_tasks = 0;  // Posted and not yet ended.

public:
    /// The reader must stand at `range.from`. Without an identity nothing is validated. The
    /// identity and the executor outlive this; either may be absent.
    ReadAhead(std::unique_ptr<log::BlockReader> reader, Range range, ChecksOf checks_of,
        const LogIdentity* identity, Executor* executor, const ReadAheadOptions& options);

    /// Waits for the tasks that are under way.
    ~ReadAhead();
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    /// The next block, valid until the next call. Null behind the last one, or where the log ends
    /// before it. An error is for ever.
    log::LogResult<const ReadyBlock*> next();

private:
    Batch& batch(std::uint64_t number) { return m_batches[number % m_batches.size()]; }
    void await(Batch& batch);
    void release(Batch& batch);
    bool may_read() const;
    void read_on();
    void read_what_fits();
    void fill(Batch& batch);
    bool read_block(Batch& batch);
    void check(Batch& batch);
    void post(Lane lane, Task task);
};
}  // namespace engine

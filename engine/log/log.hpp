#pragma once

#include "engine/base/result.hpp"
#include "engine/log/block.hpp"
#include "engine/log/error.hpp"

#include <memory>
#include <optional>

namespace engine::log
{
template <typename T>
using LogResult = Result<T, LogError>;

/// What the disk answered, as an answer of the log.
inline LogResult<Done> checked(const IoResult<Done>& result)
{
    if (!result)
        return Failure{from_disk(result.error())};
    return Done{};
}

/// The newest durable block.
using LogTip = HashedHeader;

/// How far a reader is, in bytes on disk.
struct Progress
{
    std::uint64_t bytes_done = 0;
    std::uint64_t bytes_total = 0;
};

/// Reads blocks in order. Each one is checked as it is read: checksums, height, form, and that it
/// follows the one before it. Used by one thread at a time.
class BlockReader
{
public:
    virtual ~BlockReader() = default;

    /// The next block, or null where the durable log ends now; asked again later, it goes on. The
    /// view is valid until the next call. After an error the reader returns that error for ever.
    virtual LogResult<const BlockView*> next() = 0;

    virtual Progress progress() = 0;
};

/// Whether there is a place for the blocks to come.
enum class Preparation
{
    working,  ///< A step was done, more are needed: call again.
    ready,    ///< Nothing to do.
    no_room,  ///< The disk is full: try again when there may be room.
};

/// The chain of blocks. Everything here is durable: what is not, nobody sees.
///
/// append, prepare_next and close are called from one lane (Lane::log), one at a time, and wait for
/// the disk. The rest may be called from any thread.
class Log
{
public:
    virtual ~Log() = default;

    /// Nothing while the log is empty.
    virtual std::optional<LogTip> tip() const = 0;

    /// Adds a block and waits until it is durable. It must be the one that comes next. The errors
    /// no_room, wrong_block and too_large leave the log as it was; any other stops it for ever: the
    /// block may or may not be there after a restart, and the process must end. So does an
    /// exception (no memory) that leaves append, prepare_next or close.
    virtual LogResult<Done> append(ByteView block) = 0;

    /// One step of getting a place ready for blocks to come. To be called again as long as it says
    /// `working`; after each append it may have something to do again.
    virtual LogResult<Preparation> prepare_next() = 0;

    /// False when prepare_next met a full disk: accept nothing more until it says otherwise. Blocks
    /// that were accepted already still fit, as a rule.
    virtual bool has_room() const = 0;

    /// Reads from a height on; one above the tip waits for the next block.
    virtual LogResult<std::unique_ptr<BlockReader>> reader(LogHeight from) const = 0;

    /// Leaves the mark of a clean stop. Nothing can be appended afterwards.
    virtual LogResult<Done> close() = 0;
};

/// The bytes of one block.
LogResult<Bytes> read_block(const Log& log, LogHeight height);
}  // namespace engine::log

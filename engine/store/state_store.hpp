#pragma once

#include "engine/store/error.hpp"
#include "engine/store/frozen_set.hpp"
#include "engine/store/proof_check.hpp"
#include "engine/store/rooter.hpp"
#include "engine/store/row_source.hpp"
#include "engine/store/state_mark.hpp"

#include <memory>
#include <optional>
#include <string>

namespace engine
{
struct StoreOptions
{
    /// Nothing is written, not even a log of RocksDB: checkpoints are opened so.
    bool read_only = false;

    /// Writing is by ingestion alone: no compaction, no clock. For the simulator.
    bool deterministic = false;

    std::size_t block_cache_bytes = std::size_t{256} << 20;
    std::size_t tree_cache_bytes = std::size_t{256} << 20;
};

/// What a flush did.
struct FlushReport
{
    StateMark mark;
    std::uint64_t rows = 0;   ///< Written or removed.
    std::uint64_t pages = 0;  ///< Of the tree, written or removed.
    std::uint64_t bytes = 0;  ///< Of the ingested file.
};

/// Memory that a store takes, in bytes.
struct StoreMemory
{
    std::uint64_t block_cache = 0;    ///< Blocks that RocksDB keeps, those in use included.
    std::uint64_t table_readers = 0;  ///< Of open files, beyond the cache.
    std::uint64_t memtables = 0;
    std::uint64_t tree = 0;     ///< Unchanged pages that are kept.
    std::uint64_t pending = 0;  ///< Frozen rows, and changed pages of the tree.
};

/// Sees a row of any table; says whether it wants the next one.
using AnyRowVisitor = FunctionRef<bool(TableId table, ByteView key, ByteView row)>;

/// The state on disk: RocksDB with the rows, the tree's pages and the height row, always at exactly
/// one root. engine/store/README.md is its format.
///
/// take, flush, checkpoint and prove belong to Lane::root, one at a time; they start no thread. get
/// and scan may be called beside them from the folding thread: a flush becomes visible in one step.
/// After an error of take or flush the store is of no more use: stop the process.
class StateStore final : public RowSource
{
    struct Inside;
    std::unique_ptr<Inside> m;

    explicit StateStore(std::unique_ptr<Inside> inside);

public:
    /// Opens the state in a directory; one that is missing is an empty state, and is made unless
    /// read-only. The caller holds the lock of the data directory.
    static StoreResult<std::unique_ptr<StateStore>> open(
        Disk& disk, const std::string& directory, const StoreOptions& options);
    ~StateStore() override;

    /// Where RocksDB stands. Nothing: an empty state, to be rebuilt from the log.
    std::optional<StateMark> stands_at() const;

    /// The newest root and number of rows: those of the last set taken, flushed or not.
    TreeTop top() const;

    /// Hashes a frozen set into the tree and keeps its rows until they are flushed. Sets come in
    /// the order of their heights, above the one that RocksDB stands at.
    StoreResult<StateRoot> take(FrozenSet set);

    /// A rooter of its own that begins where RocksDB stands and reads its pages from here: for a
    /// replay above a checkpoint. Nothing is written. This store must outlive it.
    std::unique_ptr<Rooter> rooter_from_here() const;

    /// Height of the last set taken, if any is waiting to be flushed.
    std::optional<LogHeight> pending() const;

    /// Rows that wait to be flushed. May be asked from any thread.
    std::uint64_t pending_rows() const;

    /// The memory that they take. From any thread.
    std::uint64_t pending_bytes() const;

    /// Writes everything taken, with the height row, in one step. The height is that of the last
    /// set taken; its block must be durable.
    StoreResult<FlushReport> flush(LogHeight height, const LogBlockHash& block_hash);

    /// A row as RocksDB has it.
    bool get(TableId table, ByteView key, Bytes& row) const override;
    void scan(TableId table, ByteView from, RowVisitor visit) const override;

    /// Every row of every table, by (table, key).
    void scan_all(AnyRowVisitor visit) const;

    /// Reads every block of every table and holds it against its checksum.
    StoreResult<Done> check_files() const;

    /// Shows what the newest root (top()) says about a row.
    StoreResult<Proof> prove(TableId table, ByteView key);

    /// Hard-links the state into a directory that must not exist, beside a manifest. Complete or
    /// absent, whenever the process stops. Costs what changed, not what there is.
    StoreResult<StateMark> checkpoint(const std::string& directory);

    /// The first half of that: links everything into unfinished_checkpoint(directory), where nobody
    /// takes it for a checkpoint. What an earlier attempt left there is replaced.
    StoreResult<StateMark> begin_checkpoint(const std::string& directory);

    const TreeCounters& tree_counters() const;

    /// What stands in memory here, beside the rows of LiveState. On Lane::root, as take is.
    StoreMemory memory() const;

    const std::string& directory() const;
};
}  // namespace engine

#include "engine/store/rocks.hpp"

#include "engine/base/hex.hpp"
#include "engine/store/directories.hpp"
#include "engine/store/rocksdb_fs.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/system_clock.h>
#include <rocksdb/table.h>

#include <cstdarg>

namespace engine
{
namespace
{
const char* const kRebuild =
    "delete the state directory and start again: the state is rebuilt from the log";

/// RocksDB has nothing to say that an error doesn't.
class Silence final : public rocksdb::Logger
{
public:
    Silence() : Logger{rocksdb::InfoLogLevel::NUM_INFO_LOG_LEVELS} {}
    using Logger::Logv;
    void Logv(const char*, std::va_list) override {}
};

/// A clock that stands still: what RocksDB writes must not depend on when it is written.
class StoppedClock final : public rocksdb::SystemClockWrapper
{
public:
    StoppedClock() : SystemClockWrapper{rocksdb::SystemClock::Default()} {}

    const char* Name() const override { return "StoppedClock"; }
    std::uint64_t NowMicros() override { return 1; }
    std::uint64_t NowNanos() override { return 1000; }
    rocksdb::Status GetCurrentTime(std::int64_t* time) override
    {
        *time = 0;
        return rocksdb::Status::OK();
    }
};

class StoppedEnv final : public rocksdb::EnvWrapper
{
public:
    explicit StoppedEnv(const std::shared_ptr<rocksdb::FileSystem>& files)
      : EnvWrapper{rocksdb::NewCompositeEnv(files)}
    {
        file_system_ = files;
        system_clock_ = std::make_shared<StoppedClock>();
    }
    const char* Name() const override { return "StoppedEnv"; }
    std::uint64_t NowMicros() override { return 1; }
    std::uint64_t NowNanos() override { return 1000; }
    rocksdb::Status GetCurrentTime(std::int64_t* time) override
    {
        *time = 0;
        return rocksdb::Status::OK();
    }
    std::string GenerateUniqueId() override { return "00000000-0000-4000-8000-000000000000"; }
};

rocksdb::BlockBasedTableOptions table_options(const StoreOptions& options)
{
    rocksdb::BlockBasedTableOptions table;
    constexpr int kShardBits = 2;  // Few, so that no block is too large for its shard.
    table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes, kShardBits);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.format_version = 5;
    table.checksum = rocksdb::kXXH3;

    // A flush is one table, however large: its index and filter are read piece by piece.
    table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    table.partition_filters = true;
    table.cache_index_and_filter_blocks = true;
    table.pin_top_level_index_and_filter = true;
    return table;
}

/// Written by ingestion alone, so there is never anything in a write-ahead log or a memtable.
rocksdb::Options rocks_options(const StoreOptions& options, rocksdb::Env* env)
{
    rocksdb::Options rocks;
    rocks.env = env;
    rocks.info_log = std::make_shared<Silence>();
    rocks.create_if_missing = !options.read_only;
    rocks.paranoid_checks = true;
    rocks.compression = rocksdb::kNoCompression;  // Hashes don't shrink.
    rocks.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options(options)));
    rocks.write_buffer_size = std::size_t{1} << 20;
    rocks.target_file_size_base = std::size_t{64} << 20;
    rocks.max_bytes_for_level_base = std::uint64_t{512} << 20;
    rocks.stats_dump_period_sec = 0;
    rocks.stats_persist_period_sec = 0;
    rocks.disable_auto_compactions = options.deterministic || options.read_only;
    rocks.max_file_opening_threads = options.deterministic ? 1 : 16;
    rocks.level0_slowdown_writes_trigger = 1 << 20;  // Flushes are few and don't wait.
    rocks.level0_stop_writes_trigger = 1 << 20;
    return rocks;
}

bool has_tables(const std::vector<std::string>& names)
{
    return std::any_of(
        names.begin(), names.end(), [](const std::string& name) { return name.ends_with(".sst"); });
}

/// Without CURRENT RocksDB would begin anew and delete the tables that it finds.
std::optional<StoreError> check_directory(Disk& disk, const std::string& directory, bool read_only)
{
    if (!disk.exists(directory))
    {
        if (!read_only)
            return std::nullopt;
        return StoreError{StoreErrorCode::missing, "there is no state", directory,
            "the directory does not exist", "name the directory of a checkpoint"};
    }
    if (disk.exists(directory + "/CURRENT"))
        return std::nullopt;
    const auto names = disk.list(directory);
    if (!names)
        return io_failure(names.error());
    if (has_tables(*names))
    {
        return StoreError{StoreErrorCode::corrupt, "the state has lost its beginning", directory,
            "the file CURRENT is missing beside tables", kRebuild};
    }
    if (read_only)
    {
        return StoreError{StoreErrorCode::missing, "there is no state", directory,
            "the file CURRENT does not exist", "name the directory of a checkpoint"};
    }
    return std::nullopt;
}

rocksdb::Status open_database(const rocksdb::Options& options, const std::string& directory,
    bool read_only, std::unique_ptr<rocksdb::DB>& db)
{
    rocksdb::DB* opened = nullptr;
    const auto status = read_only ? rocksdb::DB::OpenForReadOnly(options, directory, &opened)
                                  : rocksdb::DB::Open(options, directory, &opened);
    db.reset(opened);
    return status;
}
}  // namespace

StoreError rocks_error(const rocksdb::Status& status, const std::string& directory, ByteView key)
{
    const auto where = key.empty() ? directory : directory + " key " + to_hex(key);
    if (status.IsNoSpace())
        return {StoreErrorCode::no_room, "the disk is full", where, status.ToString(),
            "make room on it"};
    if (status.IsPathNotFound())
        return {StoreErrorCode::corrupt, "a file of the state is missing", where, status.ToString(),
            kRebuild};
    if (status.IsIOError())
    {
        return {StoreErrorCode::io, "the state can't be read or written", where, status.ToString(),
            "repair the disk, then start again"};
    }
    return {StoreErrorCode::corrupt, "the state is damaged", where, status.ToString(), kRebuild};
}

StoreResult<Rocks> open_rocks(Disk& disk, const std::string& directory, const StoreOptions& options)
{
    if (auto problem = check_directory(disk, directory, options.read_only))
        return Failure{*std::move(problem)};
    if (!options.read_only)
    {
        if (const auto made = make_durable_directory(disk, directory); !made)
            return Failure{io_failure(made.error())};
    }

    Rocks rocks;
    rocks.directory = directory;
    rocks.files =
        make_rocksdb_fs(disk, options.read_only ? RocksAccess::read_only : RocksAccess::read_write);
    if (options.deterministic)
        rocks.env = std::make_unique<StoppedEnv>(rocks.files);
    else
        rocks.env = rocksdb::NewCompositeEnv(rocks.files);
    rocks.options = rocks_options(options, rocks.env.get());
    const auto status = open_database(rocks.options, directory, options.read_only, rocks.db);
    if (!status.ok())
        return Failure{rocks_error(status, directory)};
    return rocks;
}
}  // namespace engine

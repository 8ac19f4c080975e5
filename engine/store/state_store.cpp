#include "engine/store/state_store.hpp"

#include "engine/base/hex.hpp"
#include "engine/store/checkpoint.hpp"
#include "engine/store/directories.hpp"
#include "engine/store/rocks.hpp"
#include "engine/store/rocksdb_fs.hpp"

#include <rocksdb/sst_file_writer.h>
#include <rocksdb/utilities/checkpoint.h>

#include <algorithm>
#include <atomic>

namespace engine
{
namespace
{
const Bytes kHeightKey{'h'};
constexpr std::uint8_t kRowPrefix = 'r';

const char* const kRebuild =
    "delete the state directory and start again: the state is rebuilt from the log";

void put_row_key(Bytes& out, TableId table, ByteView key)
{
    out.assign({kRowPrefix, static_cast<std::uint8_t>(table.value >> 8),
        static_cast<std::uint8_t>(table.value)});
    append(out, key);
}

Bytes row_key(TableId table, ByteView key)
{
    Bytes out;
    put_row_key(out, table, key);
    return out;
}

struct RowKey
{
    TableId table;
    ByteView key;
};

RowKey split_row_key(ByteView raw)
{
    return {TableId{static_cast<std::uint16_t>(raw[1] << 8 | raw[2])}, raw.subspan(3)};
}

/// The first key behind all keys of a table.
Bytes end_of_table(TableId table)
{
    if (table.value == UINT16_MAX)
        return {kRowPrefix + 1};
    return row_key(TableId{static_cast<std::uint16_t>(table.value + 1)}, {});
}

StoreError damaged_mark(const std::string& directory, MarkProblem problem)
{
    const auto where = directory + " key " + to_hex(kHeightKey);
    if (problem == MarkProblem::other_format)
    {
        return {StoreErrorCode::format, "the state was written by another version", where,
            "its format is not " + std::to_string(kStateFormat), kRebuild};
    }
    return {StoreErrorCode::corrupt, "the height row is damaged", where,
        "it does not match its checksum", kRebuild};
}

/// A row of one of the sets that wait. Table and key's beginning are at hand, so that most
/// comparisons look no further.
struct PendingRow
{
    const FrozenRow* row = nullptr;
    std::uint64_t first_bytes = 0;  // Of the key; big endian, zeros where it ends.
    TableId table;
    std::uint32_t set = 0;
};

std::uint64_t first_bytes_of(ByteView key)
{
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < 8; ++i)
        word = word << 8 | (i < key.size() ? key[i] : 0U);
    return word;
}

bool same_row(const FrozenRow& a, const FrozenRow& b)
{
    return a.table == b.table && equal(a.key, b.key);
}

bool in_order(const PendingRow& a, const PendingRow& b)
{
    if (a.table != b.table)
        return a.table < b.table;
    if (a.first_bytes != b.first_bytes)
        return a.first_bytes < b.first_bytes;
    if (!equal(a.row->key, b.row->key))
        return less(a.row->key, b.row->key);
    return a.set < b.set;
}

/// What is written of each row, if sets were taken one after another: the last.
std::vector<PendingRow> newest_rows(const std::vector<FrozenSet>& sets)
{
    std::vector<PendingRow> rows;
    for (std::uint32_t i = 0; i < sets.size(); ++i)
    {
        for (const auto& row : sets[i].rows())
            rows.push_back({&row, first_bytes_of(row.key), row.table, i});
    }
    std::sort(rows.begin(), rows.end(), in_order);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        if (i + 1 == rows.size() || !same_row(*rows[i].row, *rows[i + 1].row))
            rows[kept++] = rows[i];
    }
    rows.resize(kept);
    return rows;
}

/// Writes the file that a flush ingests. Keys must come in order; after a failure the rest is
/// passed over, and finish says what failed.
class IngestFile
{
    rocksdb::SstFileWriter m_writer;
    rocksdb::Status m_status;

public:
    IngestFile(const rocksdb::Options& options, const std::string& path)
      : m_writer{rocksdb::EnvOptions{}, options}, m_status{m_writer.Open(path)}
    {}

    void put(ByteView key, ByteView value)
    {
        if (m_status.ok())
            m_status = m_writer.Put(slice_of(key), slice_of(value));
    }
    void remove(ByteView key)
    {
        if (m_status.ok())
            m_status = m_writer.Delete(slice_of(key));
    }
    rocksdb::Status finish() { return m_status.ok() ? m_writer.Finish() : m_status; }
    std::uint64_t bytes() { return m_writer.FileSize(); }
};
}  // namespace

struct StateStore::Inside final : PageSource
{
    Disk& disk;
    StoreOptions options;
    Rocks rocks;
    std::optional<StateMark> mark;
    std::optional<Rooter> rooter;
    std::vector<FrozenSet> pending;
    std::atomic<std::uint64_t> pending_rows = 0;
    std::atomic<std::uint64_t> pending_bytes = 0;

    Inside(Disk& d, StoreOptions o, Rocks r) : disk{d}, options{o}, rocks{std::move(r)} {}

    TreeTop stored_top() const { return mark ? TreeTop{mark->root, mark->rows} : TreeTop{}; }
    std::string ingest_path() const { return rocks.directory + kIngestName; }

    bool get(ByteView key, Bytes& value) const
    {
        rocksdb::PinnableSlice found;
        const auto status =
            rocks.db->Get({}, rocks.db->DefaultColumnFamily(), slice_of(key), &found);
        if (status.IsNotFound())
            return false;
        if (!status.ok())
            throw StoreFailure{rocks_error(status, rocks.directory, key)};
        const auto view = view_of(found);
        value.assign(view.begin(), view.end());
        return true;
    }

    void scan(ByteView from, ByteView end, AnyRowVisitor visit) const
    {
        const auto upper = slice_of(end);
        rocksdb::ReadOptions read;
        read.iterate_upper_bound = &upper;
        read.auto_prefix_mode = false;
        const std::unique_ptr<rocksdb::Iterator> at{rocks.db->NewIterator(read)};
        for (at->Seek(slice_of(from)); at->Valid(); at->Next())
        {
            const auto [table, key] = split_row_key(view_of(at->key()));
            if (!visit(table, key, view_of(at->value())))
                return;
        }
        if (!at->status().ok())
            throw StoreFailure{rocks_error(at->status(), rocks.directory, from)};
    }

    std::optional<TreePage> load(const TreePath& path) const override
    {
        const auto key = page_key(path);
        Bytes value;
        if (!get(key, value))
            return std::nullopt;
        const auto page = decode_page(value);
        if (!page)
        {
            throw StoreFailure{{StoreErrorCode::corrupt, "a page of the state tree is damaged",
                rocks.directory + " key " + to_hex(key), "its bytes are no page", kRebuild}};
        }
        return page;
    }

    /// Throws StoreFailure.
    void read_mark()
    {
        Bytes value;
        if (!get(kHeightKey, value))
        {
            expect_no_rows();
            return;
        }
        const auto found = decode_mark(value);
        if (!found)
            throw StoreFailure{damaged_mark(rocks.directory, found.error())};
        mark = *found;
    }

    void expect_no_rows() const
    {
        const std::unique_ptr<rocksdb::Iterator> at{rocks.db->NewIterator({})};
        at->SeekToFirst();
        if (!at->status().ok())
            throw StoreFailure{rocks_error(at->status(), rocks.directory)};
        if (!at->Valid())
            return;
        throw StoreFailure{{StoreErrorCode::corrupt, "the state does not say what it is",
            rocks.directory + " key " + to_hex(view_of(at->key())), "rows without a height row",
            kRebuild}};
    }

    StoreResult<Done> write_ingest_file(const StateMark& next, FlushReport& report) const
    {
        IngestFile file{rocks.options, ingest_path()};
        file.put(kHeightKey, encode_mark(next));  // 'h' < 'r' < 't'
        Bytes key;
        const auto rows = newest_rows(pending);
        for (const auto& pending_row : rows)
        {
            const auto& row = *pending_row.row;
            put_row_key(key, row.table, row.key);
            if (row.row)
                file.put(key, *row.row);
            else
                file.remove(key);
        }
        report.rows = rows.size();
        write_pages(file, report);
        if (const auto status = file.finish(); !status.ok())
            return Failure{rocks_error(status, ingest_path())};
        report.bytes = file.bytes();
        return Done{};
    }

    void write_pages(IngestFile& file, FlushReport& report) const
    {
        Bytes value;
        report.pages = rooter->tree().dirty_pages();
        rooter->tree().visit_dirty([&](const TreePath& path, const TreePage* page) {
            if (page == nullptr)
                return file.remove(page_key(path));
            value.clear();
            encode_page(value, *page);
            file.put(page_key(path), value);
        });
    }

    /// RocksDB can take a table in with bounds that hide its keys (see IngestedFile): then it
    /// stands at the root before, with rows of the next that scans alone would see. Such a
    /// directory must never be opened again.
    StoreResult<Done> check_ingested(const StateMark& next) const
    {
        Bytes found;
        if (get(kHeightKey, found) && found == encode_mark(next))
            return Done{};
        static_cast<void>(disk.remove(rocks.directory + "/CURRENT"));
        static_cast<void>(disk.sync_directory(rocks.directory));
        return Failure{StoreError{StoreErrorCode::corrupt, "a flush was not taken in as it is",
            rocks.directory, "its height row can't be read back", kRebuild}};
    }

    StoreResult<Done> ingest(const StateMark& next) const
    {
        rocksdb::IngestExternalFileOptions ingest;
        ingest.move_files = true;
        ingest.write_global_seqno = false;
        ingest.verify_checksums_before_ingest = true;
        const auto status = rocks.db->IngestExternalFile({ingest_path()}, ingest);
        if (!status.ok())
            return Failure{rocks_error(status, rocks.directory)};
        return check_ingested(next);
    }

    /// The row that the newest root is about.
    bool newest_row(TableId table, ByteView key, const Hash256& key_hash, Bytes& row) const
    {
        for (auto set = pending.rbegin(); set != pending.rend(); ++set)
        {
            const auto* found = set->find(key_hash);
            if (found == nullptr)
                continue;
            if (found->row)
                row.assign(found->row->begin(), found->row->end());
            return found->row.has_value();
        }
        return get(row_key(table, key), row);
    }

    StoreError disagreement(TableId table, ByteView key) const
    {
        return {StoreErrorCode::corrupt, "a row and the state tree disagree",
            rocks.directory + " key " + to_hex(row_key(table, key)),
            "the tree's leaf is not the hash of the row", kRebuild};
    }
};

StateStore::StateStore(std::unique_ptr<Inside> inside) : m{std::move(inside)} {}
StateStore::~StateStore() = default;

StoreResult<std::unique_ptr<StateStore>> StateStore::open(
    Disk& disk, const std::string& directory, const StoreOptions& options)
{
    auto rocks = open_rocks(disk, directory, options);
    if (!rocks)
        return Failure{rocks.error()};
    auto inside = std::make_unique<Inside>(disk, options, *std::move(rocks));
    try
    {
        inside->read_mark();
    }
    catch (const StoreFailure& failure)
    {
        return Failure{failure.error()};
    }
    if (!options.read_only && disk.exists(inside->ingest_path()))
    {
        if (const auto removed = disk.remove(inside->ingest_path()); !removed)
            return Failure{io_failure(removed.error())};
    }
    inside->rooter.emplace(inside.get(), inside->stored_top(), options.tree_cache_bytes);
    return std::unique_ptr<StateStore>{new StateStore{std::move(inside)}};
}

std::optional<StateMark> StateStore::stands_at() const
{
    return m->mark;
}

TreeTop StateStore::top() const
{
    return m->rooter->top();
}

StoreResult<StateRoot> StateStore::take(FrozenSet set)
{
    ENSURE(!m->options.read_only);
    ENSURE(!m->mark || m->mark->height < set.height());
    ENSURE(m->pending.empty() || m->pending.back().height() < set.height());
    try
    {
        const auto root = m->rooter->take(set);
        m->pending_rows += set.rows().size();
        m->pending_bytes += set.bytes();
        m->pending.push_back(std::move(set));
        return root;
    }
    catch (const StoreFailure& failure)
    {
        return Failure{failure.error()};
    }
}

std::unique_ptr<Rooter> StateStore::rooter_from_here() const
{
    return std::make_unique<Rooter>(m.get(), m->stored_top(), m->options.tree_cache_bytes);
}

std::optional<LogHeight> StateStore::pending() const
{
    return m->pending.empty() ? std::nullopt : std::optional{m->pending.back().height()};
}

std::uint64_t StateStore::pending_rows() const
{
    return m->pending_rows;
}

std::uint64_t StateStore::pending_bytes() const
{
    return m->pending_bytes;
}

StoreResult<FlushReport> StateStore::flush(LogHeight height, const LogBlockHash& block_hash)
{
    ENSURE(pending() == height);
    FlushReport report;
    report.mark = {height, block_hash, top().root, top().rows};
    try
    {
        if (const auto written = m->write_ingest_file(report.mark, report); !written)
            return Failure{written.error()};
        if (const auto ingested = m->ingest(report.mark); !ingested)
            return Failure{ingested.error()};
    }
    catch (const StoreFailure& failure)
    {
        return Failure{failure.error()};
    }

    m->mark = report.mark;
    m->rooter->tree().drop_dirty();
    m->pending.clear();
    m->pending_rows = 0;
    m->pending_bytes = 0;
    return report;
}

bool StateStore::get(TableId table, ByteView key, Bytes& row) const
{
    return m->get(row_key(table, key), row);
}

void StateStore::scan(TableId table, ByteView from, RowVisitor visit) const
{
    m->scan(row_key(table, from), end_of_table(table),
        [&](TableId, ByteView key, ByteView row) { return visit(key, row); });
}

void StateStore::scan_all(AnyRowVisitor visit) const
{
    m->scan(row_key(TableId{0}, {}), Bytes{kRowPrefix + 1}, visit);
}

StoreResult<Done> StateStore::check_files() const
{
    const auto status = m->rocks.db->VerifyChecksum();
    if (!status.ok())
        return Failure{rocks_error(status, m->rocks.directory)};
    return Done{};
}

StoreResult<Proof> StateStore::prove(TableId table, ByteView key)
{
    try
    {
        const auto key_hash = key_hash_of(table.value, key);
        auto proof = m->rooter->tree().path_of(key_hash);
        proof.table = table.value;
        proof.key.assign(key.begin(), key.end());
        const bool found = m->newest_row(table, key, key_hash, proof.row);
        if (found != (proof.end == ProofEnd::row) || !proves(proof, top().root))
            return Failure{m->disagreement(table, key)};
        return proof;
    }
    catch (const StoreFailure& failure)
    {
        return Failure{failure.error()};
    }
}

StoreResult<StateMark> StateStore::begin_checkpoint(const std::string& directory)
{
    ENSURE(m->mark.has_value());
    const auto part = unfinished_checkpoint(directory);
    const auto failed = [](const IoError& error) { return Failure{io_failure(error)}; };
    if (m->disk.exists(directory))
        return failed({EEXIST, "make checkpoint", directory});
    if (const auto made = make_durable_directory(m->disk, parent_of(directory)); !made)
        return failed(made.error());
    if (m->disk.exists(part))
    {
        if (const auto removed = m->disk.remove_all(part); !removed)
            return failed(removed.error());
    }

    rocksdb::Checkpoint* raw = nullptr;
    auto status = rocksdb::Checkpoint::Create(m->rocks.db.get(), &raw);
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint{raw};
    if (status.ok())
        status = checkpoint->CreateCheckpoint(part);
    if (!status.ok())
        return Failure{rocks_error(status, part)};

    if (const auto written =
            replace_file(m->disk, part + "/" + kCheckpointManifest, encode_mark(*m->mark));
        !written)
        return failed(written.error());
    return *m->mark;
}

StoreResult<StateMark> StateStore::checkpoint(const std::string& directory)
{
    const auto begun = begin_checkpoint(directory);
    if (!begun)
        return begun;
    if (const auto finished = finish_checkpoint(m->disk, directory); !finished)
        return Failure{finished.error()};
    return begun;
}

const TreeCounters& StateStore::tree_counters() const
{
    return m->rooter->tree().counters();
}

StoreMemory StateStore::memory() const
{
    const auto property = [&](const std::string& name) {
        std::uint64_t value = 0;
        m->rocks.db->GetIntProperty(name, &value);
        return value;
    };
    const auto& tree = m->rooter->tree();
    return {.block_cache = property(rocksdb::DB::Properties::kBlockCacheUsage),
        .table_readers = property(rocksdb::DB::Properties::kEstimateTableReadersMem),
        .memtables = property(rocksdb::DB::Properties::kSizeAllMemTables),
        .tree = tree.cached_bytes(),
        .pending = m->pending_bytes + tree.dirty_bytes()};
}

const std::string& StateStore::directory() const
{
    return m->rocks.directory;
}
}  // namespace engine

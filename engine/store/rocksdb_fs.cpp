#include "engine/store/rocksdb_fs.hpp"

#include "engine/store/directories.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>

namespace engine
{
namespace
{
using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus status_of(const IoError& error)
{
    const auto text = to_string(error);
    switch (error.code)
    {
        case ENOENT:
            return IOStatus::PathNotFound(text);
        case ENOSPC:
            return IOStatus::NoSpace(text);
        default:
            return IOStatus::IOError(text);
    }
}

template <typename T>
IOStatus status_of(const IoResult<T>& result)
{
    return result ? IOStatus::OK() : status_of(result.error());
}

ByteView bytes_of(const Slice& slice)
{
    return {reinterpret_cast<const std::uint8_t*>(slice.data()), slice.size()};
}

IOStatus read(const File& file, std::uint64_t offset, std::size_t size, Slice* out, char* scratch)
{
    const auto got = file.read_at(offset, {reinterpret_cast<std::uint8_t*>(scratch), size});
    *out = Slice{scratch, got ? *got : 0};
    return status_of(got);
}

/// Whether anything may still be written. After a failed sync nobody knows what the disk holds, and
/// what RocksDB does to tidy up would rest on a guess: it takes away tables that its manifest may
/// name. A full disk is no failure: RocksDB undoes what it began, and may try again.
class Health
{
    std::mutex m_mutex;
    std::optional<IOStatus> m_failure;

public:
    /// The first failure is what every later write is refused with.
    IOStatus note(const IOStatus& status)
    {
        const std::scoped_lock lock{m_mutex};
        if (!status.ok() && !status.IsNoSpace() && !m_failure)
            m_failure =
                IOStatus::IOError("nothing more is written since this failed", status.ToString());
        return status;
    }
    IOStatus may_write()
    {
        const std::scoped_lock lock{m_mutex};
        return m_failure.value_or(IOStatus::OK());
    }
};

class SequentialFile final : public rocksdb::FSSequentialFile
{
    std::unique_ptr<File> m_file;
    std::uint64_t m_offset = 0;

public:
    explicit SequentialFile(std::unique_ptr<File> file) : m_file{std::move(file)} {}

    IOStatus Read(
        std::size_t size, const IOOptions&, Slice* out, char* scratch, IODebugContext*) override
    {
        const auto status = read(*m_file, m_offset, size, out, scratch);
        m_offset += out->size();
        return status;
    }
    IOStatus Skip(std::uint64_t size) override
    {
        m_offset += size;
        return IOStatus::OK();
    }
};

class RandomAccessFile final : public rocksdb::FSRandomAccessFile
{
    std::unique_ptr<File> m_file;

public:
    explicit RandomAccessFile(std::unique_ptr<File> file) : m_file{std::move(file)} {}

    IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions&, Slice* out,
        char* scratch, IODebugContext*) const override
    {
        return read(*m_file, offset, size, out, scratch);
    }
};

/// The table that is being taken in. When RocksDB 7.8 asks for its first and last key, it passes
/// over a read that fails: it takes the table in with bounds that hide its keys, or ends with an
/// assertion. So both ends of the file are read when it is opened, where an error is one, and the
/// check of all its blocks, which comes before, looks at the same bytes.
class IngestedFile final : public rocksdb::FSRandomAccessFile
{
    std::unique_ptr<File> m_file;
    Bytes m_head;
    Bytes m_tail;
    std::uint64_t m_tail_begin = 0;

public:
    explicit IngestedFile(std::unique_ptr<File> file) : m_file{std::move(file)} {}

    /// Filters, index and properties, which follow the last row, are far less than an eighth.
    IoResult<Done> read_ends()
    {
        constexpr std::uint64_t kEnd = 64 << 10;
        const auto size = m_file->size();
        if (!size)
            return Failure{size.error()};
        m_head.resize(std::min(*size, kEnd));
        m_tail.resize(std::min(*size, *size / 8 + kEnd));
        m_tail_begin = *size - m_tail.size();
        if (const auto got = m_file->read_at(0, m_head); !got)
            return Failure{got.error()};
        if (const auto got = m_file->read_at(m_tail_begin, m_tail); !got)
            return Failure{got.error()};
        return Done{};
    }

    IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions&, Slice* out,
        char* scratch, IODebugContext*) const override
    {
        const auto end = offset + size;
        if (end <= m_head.size())
            return copy(ByteView{m_head}.subspan(offset, size), out, scratch);
        if (offset >= m_tail_begin && end <= m_tail_begin + m_tail.size())
            return copy(ByteView{m_tail}.subspan(offset - m_tail_begin, size), out, scratch);
        return read(*m_file, offset, size, out, scratch);
    }

private:
    static IOStatus copy(ByteView bytes, Slice* out, char* scratch)
    {
        std::memcpy(scratch, bytes.data(), bytes.size());
        *out = Slice{scratch, bytes.size()};
        return IOStatus::OK();
    }
};

class WritableFile final : public rocksdb::FSWritableFile
{
    std::unique_ptr<File> m_file;
    std::uint64_t m_size = 0;
    std::shared_ptr<Health> m_health;

    template <typename F>
    IOStatus write(F&& call)
    {
        const auto allowed = m_health->may_write();
        return allowed.ok() ? m_health->note(status_of(call())) : allowed;
    }

public:
    WritableFile(std::unique_ptr<File> file, std::uint64_t size, std::shared_ptr<Health> health)
      : m_file{std::move(file)}, m_size{size}, m_health{std::move(health)}
    {}

    using FSWritableFile::Append;
    IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override
    {
        const auto status = write([&] { return m_file->write_at(m_size, bytes_of(data)); });
        if (status.ok())
            m_size += data.size();
        return status;
    }
    IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override
    {
        m_size = size;
        return write([&] { return m_file->truncate(size); });
    }
    IOStatus Close(const IOOptions&, IODebugContext*) override
    {
        m_file.reset();
        return IOStatus::OK();
    }
    IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Sync(const IOOptions&, IODebugContext*) override
    {
        return write([&] { return m_file->sync(); });
    }
    std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return m_size; }
};

class Directory final : public rocksdb::FSDirectory
{
    Disk& m_disk;
    std::string m_path;
    std::shared_ptr<Health> m_health;

public:
    Directory(Disk& disk, std::string path, std::shared_ptr<Health> health)
      : m_disk{disk}, m_path{std::move(path)}, m_health{std::move(health)}
    {}

    IOStatus Fsync(const IOOptions&, IODebugContext*) override
    {
        const auto allowed = m_health->may_write();
        return allowed.ok() ? m_health->note(status_of(m_disk.sync_directory(m_path))) : allowed;
    }
    IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
};

struct HeldLock final : rocksdb::FileLock
{
    std::unique_ptr<DiskLock> lock;
};

/// Names a directory one way only: RocksDB adds a slash now and then.
std::string plain(std::string path)
{
    while (path.size() > 1 && path.back() == '/')
        path.pop_back();
    return path;
}

/// CURRENT names the manifest. RocksDB syncs the directory only after both have their names, so
/// that a power failure could keep CURRENT and lose the manifest that it names.
bool is_current(const std::string& path)
{
    return path.ends_with("/CURRENT");
}

class DiskFileSystem final : public rocksdb::FileSystem
{
    Disk& m_disk;
    RocksAccess m_access;
    std::shared_ptr<Health> m_health = std::make_shared<Health>();

    IOStatus may_write(const std::string& path) const
    {
        if (m_access == RocksAccess::read_write)
            return m_health->may_write();
        return IOStatus::IOError("opened for reading only", path);
    }

    /// Runs a call that writes, unless nothing may be written.
    template <typename F>
    IOStatus write(const std::string& path, F&& call)
    {
        const auto allowed = may_write(path);
        return allowed.ok() ? status_of(call()) : allowed;
    }

    IOStatus open_for_writing(
        const std::string& path, OpenMode mode, std::unique_ptr<rocksdb::FSWritableFile>* result)
    {
        const auto allowed = may_write(path);
        if (!allowed.ok())
            return allowed;
        auto file = m_disk.open(path, mode);
        if (!file)
            return status_of(file);
        const auto size = (*file)->size();
        if (!size)
            return status_of(size);
        *result = std::make_unique<WritableFile>(*std::move(file), *size, m_health);
        return IOStatus::OK();
    }

public:
    DiskFileSystem(Disk& disk, RocksAccess access) : m_disk{disk}, m_access{access} {}

    const char* Name() const override { return "DiskFileSystem"; }

    IOStatus NewSequentialFile(const std::string& path, const FileOptions&,
        std::unique_ptr<rocksdb::FSSequentialFile>* result, IODebugContext*) override
    {
        auto file = m_disk.open(path, OpenMode::read);
        if (file)
            *result = std::make_unique<SequentialFile>(*std::move(file));
        return status_of(file);
    }
    IOStatus NewRandomAccessFile(const std::string& path, const FileOptions&,
        std::unique_ptr<rocksdb::FSRandomAccessFile>* result, IODebugContext*) override
    {
        auto file = m_disk.open(path, OpenMode::read);
        if (!file || !path.ends_with(kIngestName))
        {
            if (file)
                *result = std::make_unique<RandomAccessFile>(*std::move(file));
            return status_of(file);
        }
        auto ingested = std::make_unique<IngestedFile>(*std::move(file));
        const auto read = ingested->read_ends();
        *result = std::move(ingested);
        return status_of(read);
    }
    IOStatus NewWritableFile(const std::string& path, const FileOptions&,
        std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext*) override
    {
        // Removed, not emptied: a checkpoint may have a link to it.
        if (m_disk.exists(path))
        {
            const auto removed = write(path, [&] { return m_disk.remove(path); });
            if (!removed.ok())
                return removed;
        }
        return open_for_writing(path, OpenMode::create_empty, result);
    }
    IOStatus ReopenWritableFile(const std::string& path, const FileOptions&,
        std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext*) override
    {
        return open_for_writing(path, OpenMode::create, result);
    }
    IOStatus NewDirectory(const std::string& path, const IOOptions&,
        std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext*) override
    {
        if (!m_disk.exists(plain(path)))
            return IOStatus::PathNotFound(path);
        *result = std::make_unique<Directory>(m_disk, plain(path), m_health);
        return IOStatus::OK();
    }

    IOStatus FileExists(const std::string& path, const IOOptions&, IODebugContext*) override
    {
        return m_disk.exists(plain(path)) ? IOStatus::OK() : IOStatus::NotFound(path);
    }
    IOStatus IsDirectory(
        const std::string& path, const IOOptions&, bool* answer, IODebugContext*) override
    {
        *answer = m_disk.list(plain(path)).has_value();
        return IOStatus::OK();
    }
    IOStatus GetChildren(const std::string& path, const IOOptions&,
        std::vector<std::string>* result, IODebugContext*) override
    {
        auto names = m_disk.list(plain(path));
        if (names)
            *result = *std::move(names);
        return status_of(names);
    }
    IOStatus GetFileSize(
        const std::string& path, const IOOptions&, std::uint64_t* size, IODebugContext*) override
    {
        const auto file = m_disk.open(path, OpenMode::read);
        if (!file)
            return status_of(file);
        const auto found = (*file)->size();
        *size = found ? *found : 0;
        return status_of(found);
    }
    /// Nobody decides anything by it: what is stored must not depend on a clock.
    IOStatus GetFileModificationTime(
        const std::string&, const IOOptions&, std::uint64_t* time, IODebugContext*) override
    {
        *time = 0;
        return IOStatus::OK();
    }

    IOStatus DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) override
    {
        return write(path, [&] { return m_disk.remove(path); });
    }
    IOStatus DeleteDir(const std::string& path, const IOOptions&, IODebugContext*) override
    {
        return write(path, [&] { return m_disk.remove(plain(path)); });
    }
    IOStatus CreateDir(const std::string& path, const IOOptions&, IODebugContext*) override
    {
        if (m_disk.exists(plain(path)))
            return IOStatus::IOError("exists", path);
        return write(path, [&] { return m_disk.make_directories(plain(path)); });
    }
    IOStatus CreateDirIfMissing(const std::string& path, const IOOptions&, IODebugContext*) override
    {
        if (m_disk.exists(plain(path)))
            return IOStatus::OK();
        return write(path, [&] { return m_disk.make_directories(plain(path)); });
    }
    IOStatus RenameFile(
        const std::string& from, const std::string& to, const IOOptions&, IODebugContext*) override
    {
        return write(from, [&]() -> IoResult<Done> {
            if (is_current(to))
            {
                auto synced = m_disk.sync_directory(parent_of(plain(to)));
                if (!m_health->note(status_of(synced)).ok())
                    return synced;
            }
            return m_disk.rename(plain(from), plain(to));
        });
    }
    IOStatus LinkFile(
        const std::string& from, const std::string& to, const IOOptions&, IODebugContext*) override
    {
        return write(to, [&] { return m_disk.link(from, to); });
    }
    IOStatus Truncate(
        const std::string& path, std::size_t size, const IOOptions&, IODebugContext*) override
    {
        return write(path, [&]() -> IoResult<Done> {
            auto file = m_disk.open(path, OpenMode::write);
            return file ? (*file)->truncate(size) : Failure{file.error()};
        });
    }

    IOStatus LockFile(const std::string& path, const IOOptions&, rocksdb::FileLock** lock,
        IODebugContext*) override
    {
        const auto allowed = may_write(path);
        if (!allowed.ok())
            return allowed;
        auto taken = m_disk.lock(path, "rocksdb");
        if (!taken)
            return status_of(taken);
        auto held = std::make_unique<HeldLock>();
        held->lock = *std::move(taken);
        *lock = held.release();
        return IOStatus::OK();
    }
    IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) override
    {
        delete lock;
        return IOStatus::OK();
    }

    IOStatus GetTestDirectory(const IOOptions&, std::string*, IODebugContext*) override
    {
        return IOStatus::NotSupported("no directory for tests");
    }
    IOStatus GetAbsolutePath(
        const std::string& path, const IOOptions&, std::string* absolute, IODebugContext*) override
    {
        *absolute = path;
        return IOStatus::OK();
    }
    IOStatus GetFreeSpace(
        const std::string& path, const IOOptions&, std::uint64_t* bytes, IODebugContext*) override
    {
        const auto space = m_disk.free_space(path);
        *bytes = space ? *space : 0;
        return status_of(space);
    }
};
}  // namespace

std::shared_ptr<rocksdb::FileSystem> make_rocksdb_fs(Disk& disk, RocksAccess access)
{
    return std::make_shared<DiskFileSystem>(disk, access);
}
}  // namespace engine

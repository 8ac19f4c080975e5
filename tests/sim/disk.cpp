#include "tests/sim/disk.hpp"

#include "engine/base/check.hpp"

#include <algorithm>
#include <cerrno>
#include <set>

namespace engine::sim
{
namespace
{
constexpr std::uint64_t kSector = 512;

std::string parent_of(const std::string& path)
{
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string{} : path.substr(0, slash);
}

bool is_root(const std::string& path)
{
    return path.empty() || path == "." || path == "/";
}

/// How many of `count` bytes from an offset on end with a sector.
std::uint64_t whole_sectors(std::uint64_t offset, std::uint64_t count)
{
    const auto end = (offset + count) / kSector * kSector;
    return end > offset ? end - offset : 0;
}

void write_into(Bytes& content, std::uint64_t offset, ByteView bytes)
{
    if (content.size() < offset + bytes.size())
        content.resize(offset + bytes.size());
    std::copy(bytes.begin(), bytes.end(), content.begin() + static_cast<std::ptrdiff_t>(offset));
}

void apply_write(Bytes& content, const PendingWrite& write)
{
    if (write.truncate_to)
        content.resize(*write.truncate_to);
    else
        write_into(content, write.offset, write.bytes);
}

template <typename T>
void shuffle(std::vector<T>& items, SimRandom& random)
{
    for (std::size_t i = items.size(); i > 1; --i)
        std::swap(items[i - 1], items[random.below(i)]);
}
}  // namespace

class SimFile final : public File
{
    SimDisk& m_disk;
    std::shared_ptr<Inode> m_inode;
    std::string m_path;
    OpenMode m_mode;
    std::uint64_t m_life;

public:
    SimFile(SimDisk& disk, std::shared_ptr<Inode> inode, std::string path, OpenMode mode)
      : m_disk{disk},
        m_inode{std::move(inode)},
        m_path{std::move(path)},
        m_mode{mode},
        m_life{disk.m_life}
    {}

    IoResult<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override
    {
        if (const auto code = m_disk.refuse(++m_disk.counts.reads, m_disk.faults.fail_read_at))
            return failed(*code, "read");
        if (is_dead())
            return failed(EIO, "read");
        const auto& content = m_inode->current;
        if (offset >= content.size())
            return std::size_t{0};
        const auto count = std::min<std::uint64_t>(out.size(), content.size() - offset);
        std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(offset), count, out.begin());
        return static_cast<std::size_t>(count);
    }

    IoResult<Done> write_at(std::uint64_t offset, ByteView bytes) override
    {
        if (is_dead() || m_mode == OpenMode::read)
            return failed(is_dead() ? EIO : EBADF, "write");
        const auto off = m_disk.refuse_change();
        if (off && m_disk.m_random.one_in(2))
            return failed(*off, "write");
        const auto fault = m_disk.refuse(++m_disk.counts.writes, m_disk.faults.fail_write_at);
        if (fault)  // Some of it was written, up to a sector's end.
            bytes = bytes.first(whole_sectors(offset, m_disk.m_random.below(bytes.size() + 1)));

        const auto room = m_disk.room();
        const auto size = m_inode->current.size();
        const bool fits = offset + bytes.size() <= size + std::min(room, UINT64_MAX - size);
        if (!fits)
            bytes = bytes.first(offset < size + room ? size + room - offset : 0);
        if (!bytes.empty())
            change({offset, {bytes.begin(), bytes.end()}, std::nullopt});
        if (off || fault)
            return failed(EIO, "write");
        if (!fits)
            return failed(ENOSPC, "write");
        return Done{};
    }

    IoResult<Done> sync() override
    {
        if (is_dead())
            return failed(EIO, "sync");
        if (const auto off = m_disk.refuse_change())
            return failed(*off, "sync");
        auto& inode = *m_inode;
        if (const auto code = m_disk.refuse(++m_disk.counts.syncs, m_disk.faults.fail_sync_at))
        {
            std::move(
                inode.unsynced.begin(), inode.unsynced.end(), std::back_inserter(inode.doomed));
            inode.unsynced.clear();
            return failed(*code, "sync");
        }
        for (const auto& write : inode.unsynced)
            apply_write(inode.durable, write);
        inode.unsynced.clear();
        return Done{};
    }

    IoResult<std::uint64_t> size() const override
    {
        if (is_dead())
            return failed(EIO, "stat");
        return static_cast<std::uint64_t>(m_inode->current.size());
    }

    IoResult<Done> truncate(std::uint64_t size) override
    {
        if (is_dead())
            return failed(EIO, "truncate");
        if (const auto off = m_disk.refuse_change())
            return failed(*off, "truncate");
        change({0, {}, size});
        return Done{};
    }

    std::optional<ByteView> map() const override
    {
        if (!m_disk.can_map || is_dead())
            return std::nullopt;
        return ByteView{m_inode->current};
    }

private:
    bool is_dead() const { return m_life != m_disk.m_life || m_disk.m_off; }

    Failure<IoError> failed(int code, const char* operation) const
    {
        return Failure{IoError{code, operation, m_path}};
    }

    void change(PendingWrite write)
    {
        apply_write(m_inode->current, write);
        m_inode->unsynced.push_back(std::move(write));
    }
};

class SimLock final : public DiskLock
{
    SimDisk& m_disk;
    std::string m_path;
    std::uint64_t m_number;

public:
    SimLock(SimDisk& disk, std::string path, std::uint64_t number)
      : m_disk{disk}, m_path{std::move(path)}, m_number{number}
    {}
    ~SimLock() override
    {
        const auto held = m_disk.m_locks.find(m_path);
        if (held != m_disk.m_locks.end() && held->second == m_number)
            m_disk.m_locks.erase(held);
    }
};

std::optional<int> SimDisk::refuse(std::uint64_t count, std::uint64_t fail_at) const
{
    if (m_off || (fail_at != 0 && count == fail_at))
        return EIO;
    return std::nullopt;
}

std::optional<int> SimDisk::refuse_change()
{
    ++counts.changes;
    if (m_off)
        return EIO;
    if (faults.power_off_at == 0 || counts.changes < faults.power_off_at)
        return std::nullopt;
    m_off = true;
    return EIO;
}

const Entry* SimDisk::find(const std::string& path) const
{
    const auto found = m_current.find(path);
    return found == m_current.end() ? nullptr : &found->second;
}

bool SimDisk::parent_exists(const std::string& path) const
{
    const auto parent = parent_of(path);
    if (is_root(parent))
        return true;
    const auto* entry = find(parent);
    return entry != nullptr && entry->file == nullptr;
}

void SimDisk::put(const std::string& path, Entry entry)
{
    m_current[path] = entry;
    m_unsynced.push_back({path, std::move(entry), {}});
}

void SimDisk::erase(const std::string& path)
{
    m_current.erase(path);
    m_unsynced.push_back({path, std::nullopt, {}});
}

std::uint64_t SimDisk::used() const
{
    std::uint64_t total = 0;
    std::set<const Inode*> seen;
    for (const auto& [path, entry] : m_current)
    {
        if (entry.file != nullptr && seen.insert(entry.file.get()).second)
            total += entry.file->current.size();
    }
    return total;
}

std::uint64_t SimDisk::room() const
{
    return capacity == UINT64_MAX ? capacity : capacity - std::min(capacity, used());
}

IoResult<std::unique_ptr<File>> SimDisk::open(const std::string& path, OpenMode mode)
{
    if (const auto code = refuse(++counts.opens, faults.fail_open_at))
        return Failure{IoError{*code, "open", path}};
    const auto* entry = find(path);
    const bool creates = mode == OpenMode::create || mode == OpenMode::create_empty;
    if (entry == nullptr && (!creates || !parent_exists(path)))
        return Failure{IoError{ENOENT, "open", path}};
    if (entry != nullptr && entry->file == nullptr)
        return Failure{IoError{EISDIR, "open", path}};

    if (entry == nullptr)
    {
        if (const auto off = refuse_change())
            return Failure{IoError{*off, "open", path}};
        put(path, Entry{std::make_shared<Inode>()});
    }
    auto file = std::make_unique<SimFile>(*this, find(path)->file, path, mode);
    if (mode == OpenMode::create_empty && !find(path)->file->current.empty())
    {
        if (const auto emptied = file->truncate(0); !emptied)
            return Failure{emptied.error()};
    }
    return std::unique_ptr<File>{std::move(file)};
}

bool SimDisk::exists(const std::string& path) const
{
    return is_root(path) || find(path) != nullptr;
}

IoResult<std::vector<std::string>> SimDisk::list(const std::string& directory) const
{
    if (m_off)
        return Failure{IoError{EIO, "list", directory}};
    if (!exists(directory))
        return Failure{IoError{ENOENT, "list", directory}};
    std::vector<std::string> names;
    for (const auto& [path, entry] : m_current)
    {
        if (parent_of(path) == directory)
            names.push_back(path.substr(directory.empty() ? 0 : directory.size() + 1));
    }
    return names;
}

IoResult<Done> SimDisk::make_directories(const std::string& directory)
{
    for (std::size_t end = 0; end != std::string::npos;)
    {
        end = directory.find('/', end + 1);
        const auto part = directory.substr(0, end);
        if (exists(part))
            continue;
        if (const auto off = refuse_change())
            return Failure{IoError{*off, "make directory", part}};
        put(part, Entry{});
    }
    return Done{};
}

IoResult<Done> SimDisk::rename(const std::string& from, const std::string& to)
{
    if (const auto off = refuse_change())
        return Failure{IoError{*off, "rename", from}};
    const auto* entry = find(from);
    if (entry == nullptr || !parent_exists(to))
        return Failure{IoError{ENOENT, "rename", from}};
    ENSURE(entry->file != nullptr);  // Directories are not renamed by this engine.
    const Entry moved = *entry;
    m_current.erase(from);
    m_current[to] = moved;
    m_unsynced.push_back({to, moved, from});
    return Done{};
}

IoResult<Done> SimDisk::link(const std::string& from, const std::string& to)
{
    if (const auto off = refuse_change())
        return Failure{IoError{*off, "link", to}};
    const auto* entry = find(from);
    if (entry == nullptr || entry->file == nullptr || !parent_exists(to))
        return Failure{IoError{ENOENT, "link", to}};
    if (exists(to))
        return Failure{IoError{EEXIST, "link", to}};
    put(to, Entry{*entry});
    return Done{};
}

IoResult<Done> SimDisk::remove(const std::string& path)
{
    if (const auto off = refuse_change())
        return Failure{IoError{*off, "remove", path}};
    if (find(path) == nullptr)
        return Failure{IoError{ENOENT, "remove", path}};
    erase(path);
    return Done{};
}

IoResult<Done> SimDisk::remove_all(const std::string& directory)
{
    if (const auto off = refuse_change())
        return Failure{IoError{*off, "remove", directory}};
    std::vector<std::string> paths;
    for (const auto& [path, entry] : m_current)
    {
        if (path == directory || path.starts_with(directory + "/"))
            paths.push_back(path);
    }
    for (const auto& path : paths)
        erase(path);
    return Done{};
}

IoResult<Done> SimDisk::sync_directory(const std::string& directory)
{
    if (const auto off = refuse_change())
        return Failure{IoError{*off, "sync", directory}};
    if (const auto code = refuse(++counts.syncs, faults.fail_sync_at))
        return Failure{IoError{*code, "sync", directory}};
    const auto parent = is_root(directory) ? std::string{} : directory;
    std::erase_if(m_unsynced, [&](const PendingEntry& pending) {
        if (parent_of(pending.path) != parent)
            return false;
        if (!pending.and_remove.empty())
            m_durable.erase(pending.and_remove);
        if (pending.entry)
            m_durable[pending.path] = *pending.entry;
        else
            m_durable.erase(pending.path);
        return true;
    });
    return Done{};
}

IoResult<std::unique_ptr<DiskLock>> SimDisk::lock(
    const std::string& path, const std::string& holder)
{
    if (m_locks.contains(path))
        return Failure{IoError{EWOULDBLOCK, "lock", path}};
    auto file = open(path, OpenMode::create_empty);
    if (!file)
        return Failure{file.error()};
    const ByteView text{reinterpret_cast<const std::uint8_t*>(holder.data()), holder.size()};
    if (const auto written = (*file)->write_at(0, text); !written)
        return Failure{written.error()};
    m_locks[path] = ++m_lock_count;
    return std::unique_ptr<DiskLock>{std::make_unique<SimLock>(*this, path, m_lock_count)};
}

bool SimDisk::is_locked(const std::string& path) const
{
    return m_locks.contains(path);
}

IoResult<std::uint64_t> SimDisk::free_space(const std::string&) const
{
    return room();
}

void SimDisk::edit(const std::string& path, const std::function<void(Bytes&)>& change)
{
    const auto* entry = find(path);
    ENSURE(entry != nullptr && entry->file != nullptr);
    auto& inode = *entry->file;
    change(inode.current);
    inode.durable = inode.current;
    inode.unsynced.clear();
    inode.doomed.clear();
}

void SimDisk::kill()
{
    ++m_life;
    m_locks.clear();
    m_off = false;
    faults = {};
}

void SimDisk::crash()
{
    kill();
    settle_entries();
    std::set<Inode*> settled;
    for (auto& [path, entry] : m_current)
    {
        if (entry.file != nullptr && settled.insert(entry.file.get()).second)
            settle(*entry.file);
    }
}

void SimDisk::settle_entries()
{
    // A journal keeps a prefix; a file system without one, anything.
    const bool in_order = m_random.one_in(2);
    const auto kept = m_random.below(m_unsynced.size() + 1);
    for (std::size_t i = 0; i < m_unsynced.size(); ++i)
    {
        if (in_order ? i >= kept : m_random.one_in(2))
            continue;
        const auto& pending = m_unsynced[i];
        m_durable.erase(pending.and_remove);
        if (pending.entry)
            m_durable[pending.path] = *pending.entry;
        else
            m_durable.erase(pending.path);
    }
    m_unsynced.clear();
    m_current = m_durable;
    // What is in a directory that does not exist is lost. The map is ordered: parents come first.
    for (auto it = m_current.begin(); it != m_current.end();)
        it = parent_exists(it->first) ? std::next(it) : m_current.erase(it);
    m_durable = m_current;
}

void SimDisk::settle(Inode& inode)
{
    auto& pending = inode.doomed;
    std::move(inode.unsynced.begin(), inode.unsynced.end(), std::back_inserter(pending));
    inode.unsynced.clear();
    if (m_random.one_in(2))
        shuffle(pending, m_random);
    for (const auto& write : pending)
        keep_some(inode.durable, write);
    pending.clear();
    inode.current = inode.durable;
}

void SimDisk::keep_some(Bytes& content, const PendingWrite& write)
{
    const auto fate = m_random.below(4);
    if (fate == 0)
        return;  // Lost.
    if (fate == 1 || write.truncate_to)
    {
        apply_write(content, write);  // Kept.
        return;
    }
    // Torn: each sector for itself.
    const auto end = write.offset + write.bytes.size();
    for (auto at = write.offset; at < end;)
    {
        const auto next = std::min(end, (at / kSector + 1) * kSector);
        if (m_random.one_in(2))
            write_into(content, at, ByteView{write.bytes}.subspan(at - write.offset, next - at));
        at = next;
    }
}
}  // namespace engine::sim

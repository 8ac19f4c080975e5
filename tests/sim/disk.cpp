#include "tests/sim/disk.hpp"

#include "engine/base/check.hpp"

#include <algorithm>
#include <cerrno>
#include <set>

namespace engine::sim
{
namespace
{
std::string parent_of(const std::string& path)
{
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string{} : path.substr(0, slash);
}

std::string name_of(const std::string& path)
{
    return path.substr(path.rfind('/') + 1);  // Of a path without a slash: all of it.
}

/// The names along a path. "/data", "data" and "./data" are the same place.
std::vector<std::string> parts_of(const std::string& path)
{
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= path.size();)
    {
        const auto end = std::min(path.find('/', begin), path.size());
        const auto part = path.substr(begin, end - begin);
        if (!part.empty() && part != ".")
            parts.push_back(part);
        begin = end + 1;
    }
    return parts;
}

void apply_entry(const PendingEntry& pending)
{
    if (pending.from_directory != nullptr)
        pending.from_directory->durable_entries.erase(pending.from_name);
    if (pending.node != nullptr)
        pending.directory->durable_entries[pending.name] = pending.node;
    else
        pending.directory->durable_entries.erase(pending.name);
}

std::uint64_t size_of(const Node& node, std::set<const Node*>& seen)
{
    std::uint64_t total = node.current.size();
    for (const auto& [name, entry] : node.entries)
    {
        if (seen.insert(entry.get()).second)
            total += size_of(*entry, seen);
    }
    return total;
}

/// How many of `count` bytes from an offset on end with a sector.
std::uint64_t whole_sectors(std::uint64_t offset, std::uint64_t count, std::uint64_t sector)
{
    const auto end = (offset + count) / sector * sector;
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
    std::shared_ptr<Node> m_inode;
    std::string m_path;
    OpenMode m_mode;
    std::uint64_t m_life;

public:
    SimFile(SimDisk& disk, std::shared_ptr<Node> inode, std::string path, OpenMode mode)
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
        if (m_disk.counts.reads == m_disk.faults.stale_read_at)
            read_stale(offset, out.first(count));
        if (m_disk.counts.reads == m_disk.faults.flip_read_at && count > 0)
            out[m_disk.m_random.below(count)] ^= 0x10;
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
            bytes = bytes.first(
                whole_sectors(offset, m_disk.m_random.below(bytes.size() + 1), m_disk.sector));

        const auto room = m_disk.room();
        const auto size = m_inode->current.size();
        const bool fits = offset + bytes.size() <= size + std::min(room, UINT64_MAX - size);
        if (!fits)
            bytes = bytes.first(offset < size + room ? size + room - offset : 0);
        if (!bytes.empty() && m_disk.counts.writes != m_disk.faults.lose_write_at)
            change({aim(offset, bytes.size()), {bytes.begin(), bytes.end()}, std::nullopt});
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
        m_disk.syncs_retried += inode.doomed.empty() ? 0U : 1U;
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

    /// Where a write goes: elsewhere in the file if it is the one that is misdirected.
    std::uint64_t aim(std::uint64_t offset, std::size_t size)
    {
        if (m_disk.counts.writes != m_disk.faults.misdirect_write_at)
            return offset;
        const auto length = m_inode->current.size();
        const auto places = length > size ? (length - size) / m_disk.sector + 1 : 1;
        return m_disk.m_random.below(places) * m_disk.sector + offset % m_disk.sector;
    }

    /// Blocks that are read come from before the newest write, as far as there were any.
    void read_stale(std::uint64_t offset, std::span<std::uint8_t> out) const
    {
        const auto& before = m_inode->before;
        for (std::size_t i = 0; i < out.size() && offset + i < before.size(); ++i)
            out[i] = before[offset + i];
    }

    void change(PendingWrite write)
    {
        if (m_disk.faults.stale_read_at != 0)
            m_inode->before = m_inode->current;
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

std::optional<int> SimDisk::refuse_name()
{
    if (const auto off = refuse_change())
        return off;
    return refuse(++counts.names, faults.fail_name_at);
}

std::shared_ptr<Node> SimDisk::find(const std::string& path) const
{
    auto node = m_root;
    for (const auto& part : parts_of(path))
    {
        const auto found = node->entries.find(part);
        if (found == node->entries.end())
            return nullptr;
        node = found->second;
    }
    return node;
}

std::shared_ptr<Node> SimDisk::find_directory(const std::string& path) const
{
    auto node = find(path);
    return node != nullptr && node->is_directory ? node : nullptr;
}

std::shared_ptr<Node> SimDisk::find_parent(const std::string& path) const
{
    return find_directory(parent_of(path));
}

void SimDisk::put(const std::string& path, std::shared_ptr<Node> node)
{
    const auto parent = find_parent(path);
    parent->entries[name_of(path)] = node;
    m_unsynced.push_back({parent, name_of(path), std::move(node), nullptr, {}});
}

void SimDisk::erase(const std::string& path)
{
    const auto parent = find_parent(path);
    parent->entries.erase(name_of(path));
    m_unsynced.push_back({parent, name_of(path), nullptr, nullptr, {}});
}

std::uint64_t SimDisk::used() const
{
    std::set<const Node*> seen;
    return size_of(*m_root, seen);
}

std::uint64_t SimDisk::room() const
{
    return capacity == UINT64_MAX ? capacity : capacity - std::min(capacity, used());
}

IoResult<std::unique_ptr<File>> SimDisk::open(const std::string& path, OpenMode mode)
{
    if (const auto code = refuse(++counts.opens, faults.fail_open_at))
        return Failure{IoError{*code, "open", path}};
    auto node = find(path);
    const bool creates = mode == OpenMode::create || mode == OpenMode::create_empty;
    if (node == nullptr && (!creates || find_parent(path) == nullptr))
        return Failure{IoError{ENOENT, "open", path}};
    if (node != nullptr && node->is_directory)
        return Failure{IoError{EISDIR, "open", path}};

    if (node == nullptr)
    {
        if (const auto off = refuse_change())
            return Failure{IoError{*off, "open", path}};
        node = std::make_shared<Node>();
        put(path, node);
    }
    auto file = std::make_unique<SimFile>(*this, node, path, mode);
    if (mode == OpenMode::create_empty && !node->current.empty())
    {
        if (const auto emptied = file->truncate(0); !emptied)
            return Failure{emptied.error()};
    }
    return std::unique_ptr<File>{std::move(file)};
}

bool SimDisk::exists(const std::string& path) const
{
    return find(path) != nullptr;
}

IoResult<std::vector<std::string>> SimDisk::list(const std::string& directory) const
{
    if (m_off)
        return Failure{IoError{EIO, "list", directory}};
    const auto node = find_directory(directory);
    if (node == nullptr)
        return Failure{IoError{ENOENT, "list", directory}};
    std::vector<std::string> names;
    for (const auto& [name, entry] : node->entries)
        names.push_back(name);
    return names;
}

IoResult<Done> SimDisk::make_directories(const std::string& directory)
{
    std::string path;
    for (const auto& part : parts_of(directory))
    {
        path += path.empty() ? part : "/" + part;
        if (exists(path))
            continue;
        if (const auto off = refuse_name())
            return Failure{IoError{*off, "make directory", path}};
        auto made = std::make_shared<Node>();
        made->is_directory = true;
        put(path, std::move(made));
    }
    return Done{};
}

IoResult<Done> SimDisk::rename(const std::string& from, const std::string& to)
{
    if (const auto off = refuse_name())
        return Failure{IoError{*off, "rename", from}};
    const auto node = find(from);
    const auto target = find_parent(to);
    if (node == nullptr || target == nullptr)
        return Failure{IoError{ENOENT, "rename", from}};
    const auto replaced = find(to);
    if (replaced != nullptr && replaced->is_directory)
        return Failure{IoError{EEXIST, "rename", from}};
    const auto source = find_parent(from);
    source->entries.erase(name_of(from));
    target->entries[name_of(to)] = node;
    m_unsynced.push_back({target, name_of(to), node, source, name_of(from)});
    return Done{};
}

IoResult<Done> SimDisk::link(const std::string& from, const std::string& to)
{
    if (const auto off = refuse_name())
        return Failure{IoError{*off, "link", to}};
    const auto node = find(from);
    if (node == nullptr || node->is_directory || find_parent(to) == nullptr)
        return Failure{IoError{ENOENT, "link", to}};
    if (exists(to))
        return Failure{IoError{EEXIST, "link", to}};
    put(to, node);
    return Done{};
}

IoResult<Done> SimDisk::remove(const std::string& path)
{
    if (const auto off = refuse_name())
        return Failure{IoError{*off, "remove", path}};
    const auto node = find(path);
    if (node == nullptr)
        return Failure{IoError{ENOENT, "remove", path}};
    if (!node->entries.empty())
        return Failure{IoError{ENOTEMPTY, "remove", path}};
    erase(path);
    return Done{};
}

IoResult<Done> SimDisk::remove_all(const std::string& directory)
{
    if (!exists(directory))
        return Done{};
    const auto names = list(directory);
    for (const auto& name : names ? *names : std::vector<std::string>{})
    {
        if (const auto removed = remove_all(directory + "/" + name); !removed)
            return removed;
    }
    return remove(directory);
}

IoResult<Done> SimDisk::sync_directory(const std::string& directory)
{
    if (const auto off = refuse_change())
        return Failure{IoError{*off, "sync", directory}};
    if (const auto code = refuse(++counts.syncs, faults.fail_sync_at))
        return Failure{IoError{*code, "sync", directory}};
    const auto node = find_directory(directory);
    if (node == nullptr)
        return Failure{IoError{ENOENT, "sync", directory}};
    std::erase_if(m_unsynced, [&](const PendingEntry& pending) {
        const bool covered = pending.directory == node || pending.from_directory == node;
        if (covered)
            apply_entry(pending);
        return covered;
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
    const auto node = find(path);
    ENSURE(node != nullptr && !node->is_directory);
    auto& inode = *node;
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
    settle(*m_root);
}

void SimDisk::settle_entries()
{
    // A journal keeps a prefix; a file system without one, anything.
    const bool in_order = m_random.one_in(2);
    const auto kept = m_random.below(m_unsynced.size() + 1);
    for (std::size_t i = 0; i < m_unsynced.size(); ++i)
    {
        if (in_order ? i < kept : m_random.one_in(2))
            apply_entry(m_unsynced[i]);
    }
    m_unsynced.clear();
}

void SimDisk::settle(Node& node)
{
    if (!node.is_directory)
        return settle_file(node);
    node.entries = node.durable_entries;
    for (const auto& [name, entry] : node.entries)
        settle(*entry);
}

/// What is linked twice settles once: then nothing is left to decide.
void SimDisk::settle_file(Node& file)
{
    auto& pending = file.doomed;
    std::move(file.unsynced.begin(), file.unsynced.end(), std::back_inserter(pending));
    file.unsynced.clear();
    if (m_random.one_in(2))
        shuffle(pending, m_random);
    for (const auto& write : pending)
        keep_some(file.durable, write);
    pending.clear();
    file.current = file.durable;
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
        const auto next = std::min(end, (at / sector + 1) * sector);
        if (m_random.one_in(2))
            write_into(content, at, ByteView{write.bytes}.subspan(at - write.offset, next - at));
        at = next;
    }
}
}  // namespace engine::sim

#pragma once

#include "engine/ports/disk.hpp"
#include "tests/sim/random.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>

namespace engine::sim
{
/// A write or truncation that no sync has covered yet.
struct PendingWrite
{
    std::uint64_t offset = 0;
    Bytes bytes;
    std::optional<std::uint64_t> truncate_to;
};

/// A file or a directory: as programs see it, and what of it would survive a power failure.
struct Node
{
    bool is_directory = false;

    Bytes current;
    Bytes durable;
    std::vector<PendingWrite> unsynced;
    std::vector<PendingWrite> doomed;  ///< Covered by a sync that failed: no later sync saves them.
    Bytes before;  ///< The content before the newest write, while stale reads may come.

    std::map<std::string, std::shared_ptr<Node>> entries;
    std::map<std::string, std::shared_ptr<Node>> durable_entries;
};

/// A change of a directory that is not yet durable: an entry that appears, or (without a node)
/// goes. A rename also takes an entry away elsewhere: both happen or neither.
struct PendingEntry
{
    std::shared_ptr<Node> directory;
    std::string name;
    std::shared_ptr<Node> node;
    std::shared_ptr<Node> from_directory;
    std::string from_name;
};

/// What goes wrong, counted over all calls since the disk was made. 0 stands for never.
struct Faults
{
    std::uint64_t fail_open_at = 0;
    std::uint64_t fail_read_at = 0;
    std::uint64_t fail_write_at = 0;
    std::uint64_t fail_sync_at = 0;
    std::uint64_t fail_name_at = 0;  ///< A rename, link, removal, or a new directory.

    // Disks that lie: the call says that all is well.
    std::uint64_t lose_write_at = 0;       ///< Nothing is written.
    std::uint64_t misdirect_write_at = 0;  ///< It is written to another place of the file.
    std::uint64_t flip_read_at = 0;        ///< One bit of what is read is another.
    std::uint64_t stale_read_at = 0;       ///< What is read was there before the newest write.

    /// From this write, sync, open, rename ... on the machine is off: nothing works until `crash`.
    /// The call itself may have happened or not.
    std::uint64_t power_off_at = 0;
};

struct CallCounts
{
    std::uint64_t opens = 0;
    std::uint64_t reads = 0;
    std::uint64_t writes = 0;
    std::uint64_t syncs = 0;
    std::uint64_t names = 0;
    std::uint64_t changes = 0;  ///< Everything that `power_off_at` counts.
};

/// A disk in memory that forgets as real ones do. Sectors are written whole or not at all; nothing
/// else is promised before a sync: unsynced writes survive a power failure in part, in any order.
/// Creations, renames and removals survive if their directory was synced; otherwise each of them
/// may or may not.
class SimDisk final : public Disk
{
public:
    Faults faults;
    CallCounts counts;
    std::uint64_t capacity = UINT64_MAX;  ///< Bytes of all files together; beyond it is ENOSPC.
    bool can_map = true;                  ///< Whether files can be mapped.
    std::uint64_t sector = 512;           ///< In bytes: writes are torn between sectors.
    std::uint64_t syncs_retried = 0;      ///< Of files whose sync had failed before.

    explicit SimDisk(std::uint64_t seed) : m_random{seed} {}

    /// The process is killed: open files and locks are gone, written bytes stay.
    void kill();

    /// The power fails: what was not synced survives as the seed decides. Then the power is back.
    void crash();

    /// The current content of a file, to damage it: what is changed here is changed durably.
    void edit(const std::string& path, const std::function<void(Bytes&)>& change);

    std::uint64_t used() const;
    std::uint64_t room() const;

    IoResult<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
    bool exists(const std::string& path) const override;
    IoResult<std::vector<std::string>> list(const std::string& directory) const override;
    IoResult<Done> make_directories(const std::string& directory) override;
    IoResult<Done> rename(const std::string& from, const std::string& to) override;
    IoResult<Done> link(const std::string& from, const std::string& to) override;
    IoResult<Done> remove(const std::string& path) override;
    IoResult<Done> remove_all(const std::string& directory) override;
    IoResult<Done> sync_directory(const std::string& directory) override;
    IoResult<std::unique_ptr<DiskLock>> lock(
        const std::string& path, const std::string& holder) override;
    bool is_locked(const std::string& path) const override;
    IoResult<std::uint64_t> free_space(const std::string& path) const override;

private:
    friend class SimFile;
    friend class SimLock;

    SimRandom m_random;
    std::shared_ptr<Node> m_root = std::make_shared<Node>(Node{true, {}, {}, {}, {}, {}, {}, {}});
    std::vector<PendingEntry> m_unsynced;
    std::map<std::string, std::uint64_t> m_locks;  // Path -> number of the lock.
    std::uint64_t m_lock_count = 0;
    std::uint64_t m_life = 0;  // Handles of an earlier life are dead.
    bool m_off = false;

    /// Counts a change; says why it must not happen, if so.
    std::optional<int> refuse_change();
    std::optional<int> refuse_name();
    std::optional<int> refuse(std::uint64_t count, std::uint64_t fail_at) const;
    std::shared_ptr<Node> find(const std::string& path) const;
    std::shared_ptr<Node> find_directory(const std::string& path) const;
    std::shared_ptr<Node> find_parent(const std::string& path) const;
    void put(const std::string& path, std::shared_ptr<Node> node);
    void erase(const std::string& path);
    void settle_entries();
    void settle(Node& node);
    void settle_file(Node& file);
    void keep_some(Bytes& content, const PendingWrite& write);
};
}  // namespace engine::sim

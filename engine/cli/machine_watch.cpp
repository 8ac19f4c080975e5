#include "engine/cli/machine_watch.hpp"

#include "adapters/system/disk.hpp"
#include "engine/base/hex.hpp"
#include "engine/runtime/backup/manifest.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/node.hpp"
#include "engine/store/checkpoint.hpp"

#include <fmt/format.h>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <mutex>

namespace engine::cli
{
namespace
{
constexpr std::int64_t kFreshMs = 5'000;

struct FileSystem
{
    unsigned long magic;  // statfs(2)
    std::string_view name;
    StorageKind kind;
};

constexpr FileSystem kFileSystems[] = {
    {0x01021994, "tmpfs", StorageKind::memory},
    {0x858458f6, "ramfs", StorageKind::memory},
    {0x6969, "nfs", StorageKind::network},
    {0xff534d42, "cifs", StorageKind::network},
    {0xfe534d42, "smb2", StorageKind::network},
    {0x517b, "smb", StorageKind::network},
    {0x01021997, "9p", StorageKind::network},
    {0x00c36400, "ceph", StorageKind::network},
    {0x65735546, "fuse", StorageKind::network},
};

void look_at_storage(MachineFacts& facts)
{
    struct statvfs room
    {};
    if (::statvfs(facts.data_directory.c_str(), &room) == 0)
    {
        facts.disk_free = std::uint64_t{room.f_bavail} * room.f_frsize;
        facts.disk_bytes = std::uint64_t{room.f_blocks} * room.f_frsize;
    }
    struct statfs kind
    {};
    if (::statfs(facts.data_directory.c_str(), &kind) != 0)
        return;
    for (const auto& known : kFileSystems)
    {
        if (known.magic == static_cast<std::uint32_t>(kind.f_type))
        {
            facts.file_system = known.name;
            facts.storage = known.kind;
        }
    }
}

std::optional<std::uint32_t> mode_of(const std::string& path)
{
    struct stat info
    {};
    if (::stat(path.c_str(), &info) != 0)
        return std::nullopt;
    return info.st_mode & 07777;
}

void look_at_limits(MachineFacts& facts)
{
    struct rlimit limit
    {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
        facts.open_files_max = limit.rlim_cur;
    facts.core_dumps = ::getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur != 0 &&
                       ::prctl(PR_GET_DUMPABLE) == 1;
}

void look_at_checkpoints(MachineFacts& facts)
{
    PosixDisk disk;
    const auto all = list_checkpoints(disk, checkpoints_path(facts.data_directory));
    if (!all)
        return;
    for (const auto& info : *all)
    {
        if (info.mark)
            facts.checkpoint = info.height;
    }
}

BackupFacts look_at_backup(const Config::Backup& config, const GenesisId& genesis)
{
    BackupFacts facts;
    facts.directory = *config.directory;
    facts.hours_max = config.hours_max;
    PosixDisk disk;
    const auto manifest = backup::read_manifest(disk, facts.directory);
    if (!manifest && manifest.error().kind.code == errors::kNoBackup.code)
        return facts;
    if (!manifest)
        facts.unusable = manifest.error().where + ": " + manifest.error().why;
    else if (manifest->genesis != genesis)
        facts.unusable = fmt::format(
            "{} is a backup of log {}", facts.directory, to_hex(manifest->genesis.bytes));
    else
        facts.made = manifest->made;
    return facts;
}
}  // namespace

MachineFacts look_at_machine(const Config& config, const GenesisId& genesis, LogTime now)
{
    MachineFacts facts;
    facts.now = now;
    facts.data_directory = config.data.directory;
    facts.connections_max = config.http.connections_max;
    facts.checkpoint_every = config.state.checkpoint_every;
    const auto key =
        config.data.sequencer_key_file.value_or(sequencer_key_path(facts.data_directory));
    facts.key_file = key;
    facts.key_mode = mode_of(key);
    facts.data_mode = mode_of(facts.data_directory);
    look_at_storage(facts);
    look_at_limits(facts);
    look_at_checkpoints(facts);
    if (config.backup.directory)
        facts.backup = look_at_backup(config.backup, genesis);
    return facts;
}

struct MachineWatch::Inside
{
    const Config config;
    const GenesisId genesis;
    Executor& executor;
    const Clock& clock;
    mutable std::mutex mutex;
    MachineFacts facts;
    std::int64_t looked_ms = 0;
    bool looking = false;

    Inside(const Config& c, const GenesisId& g, Executor& e, const Clock& k)
      : config{c}, genesis{g}, executor{e}, clock{k}
    {}

    void look()
    {
        auto now = look_at_machine(config, genesis, clock.now());
        const std::lock_guard lock{mutex};
        facts = std::move(now);
        looked_ms = clock.monotonic_ms();
        looking = false;
    }

    /// Whether somebody has to look again: it is then told to one caller alone.
    bool take_turn()
    {
        const std::lock_guard lock{mutex};
        if (looking || clock.monotonic_ms() - looked_ms < kFreshMs)
            return false;
        looking = true;
        return true;
    }
};

MachineWatch::MachineWatch(
    const Config& config, const GenesisId& genesis, Executor& executor, const Clock& clock)
  : m{std::make_shared<Inside>(config, genesis, executor, clock)}
{
    m->look();
}

StatusFindings MachineWatch::findings(LogHeight height) const
{
    if (m->take_turn())
        m->executor.post(Lane::check, [inside = m] { inside->look(); });
    MachineFacts facts;
    {
        const std::lock_guard lock{m->mutex};
        facts = m->facts;
    }
    facts.height = height;
    return machine_findings(facts);
}
}  // namespace engine::cli

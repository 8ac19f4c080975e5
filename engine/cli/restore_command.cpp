#include "adapters/system/clock.hpp"
#include "adapters/system/disk.hpp"
#include "engine/base/hex.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/term/progress.hpp"
#include "engine/runtime/backup/restore.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/node.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace engine::cli
{
namespace
{
std::vector<std::string> next_steps(const std::string& data, LogHeight height)
{
    return {fmt::format("put the sequencer's key at {} (mode 0600): keys are in no backup",
                sequencer_key_path(data)),
        fmt::format("verify-consistency --data {}", data),
        fmt::format(
            "engine restored --data {}     where it ends, and what is to be declared", data),
        fmt::format("engine restored --no-other-copy {} --data {}     if nobody has a later block",
            height.value, data),
        fmt::format("engine run --data {}", data)};
}

void print(const Options& options, const std::string& from, const backup::Manifest& manifest,
    std::ostream& out)
{
    const auto& data = options.config().data.directory;
    const auto height = manifest.end.height;
    if (options.json)
    {
        json::object line;
        line["data"] = json::string{data};
        line["backup"] = json::string{from};
        line["genesis"] = json::string{to_hex(manifest.genesis.bytes)};
        line["height"] = height.value;
        line["hash"] = json::string{to_hex(manifest.end.hash.bytes)};
        line["state_height"] = manifest.checkpoints.empty()
                                   ? json::value(nullptr)
                                   : json::value(manifest.checkpoints.back().value);
        line["restored"] = true;
        return write_line(out, line);
    }
    out << fmt::format("restored to {}   height {}, block {}\n", data, grouped(height.value),
        to_hex(manifest.end.hash.bytes));
    out << fmt::format("  genesis    {}\n  state      {}\n", to_hex(manifest.genesis.bytes),
        manifest.checkpoints.empty()
            ? "none: it is folded from the beginning"
            : "of the checkpoint at height " + grouped(manifest.checkpoints.back().value));
    out << "  marked     as restored: the node serves reads, and opens no block\n";
    std::size_t number = 1;
    for (const auto& step : next_steps(data, height))
    {
        out << fmt::format("{}{}. {}\n", number == 1 ? "next       " : "           ", number, step);
        ++number;
    }
}
}  // namespace

int run_restore(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto from = options.flag("from");
    if (!from)
        return fail(options, err,
            {errors::kBadArguments, {}, "nothing says which backup", "add --from DIR"});
    PosixDisk disk;
    const SystemClock clock;
    ProgressLine line{err, options.terminal, clock, "restoring"};
    const auto restored = backup::restore(disk,
        {.from = *from,
            .data = options.config().data.directory,
            .holder = fmt::format("process {} (engine restore)", ::getpid()),
            .time = time_in_words(clock.now())},
        [&line](std::uint64_t done, std::uint64_t total) { line.update(done, total); });
    if (!restored)
    {
        line.abandon();
        return fail(options, err, restored.error());
    }
    line.finish();
    print(options, *from, *restored, out);
    return kExitYes;
}
}  // namespace engine::cli

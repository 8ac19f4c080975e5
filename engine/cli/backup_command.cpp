#include "adapters/system/clock.hpp"
#include "adapters/system/disk.hpp"
#include "engine/base/hex.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/term/progress.hpp"
#include "engine/runtime/backup/backup.hpp"
#include "engine/runtime/backup/check.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/node.hpp"

#include <fmt/format.h>

#include <unistd.h>
#include <filesystem>

namespace engine::cli
{
namespace
{
constexpr std::size_t kShown = 20;  // Of what differs.

using Problem = std::optional<OperatorError>;

/// The path as it is once every link and `..` in it is followed, as far as it is there.
std::string settled(const std::string& path)
{
    std::error_code ignored;
    auto out = std::filesystem::weakly_canonical(path, ignored).string();
    while (out.size() > 1 && out.ends_with('/'))
        out.pop_back();
    return out;
}

Problem check_apart(const std::string& data, const std::string& to)
{
    const auto inside = [](const std::string& inner, const std::string& outer) {
        return inner == outer || inner.starts_with(outer + "/");
    };
    const auto a = settled(data), b = settled(to);
    if (!inside(a, b) && !inside(b, a))
        return std::nullopt;
    return OperatorError{errors::kNotEmpty, to,
        "it lies in the data directory, or around it: one disk, one fate, and one `rm -r`",
        "name a directory elsewhere, best on another machine"};
}

Result<std::string, OperatorError> target_of(const Options& options)
{
    if (const auto to = options.flag("to"))
        return *to;
    if (const auto& configured = options.config().backup.directory)
        return *configured;
    return Failure{OperatorError{errors::kBadArguments, {},
        "neither --to nor backup.directory names a directory", "add --to DIR"}};
}

Result<std::size_t, OperatorError> checkpoints_of(const Options& options)
{
    const auto text = options.flag("keep");
    if (!text)
        return std::size_t{options.config().backup.checkpoints};
    const auto number = parse_number(*text);
    if (!number || *number > 1000)
        return Failure{OperatorError{
            errors::kBadFlag, "--keep " + *text, "it takes a whole number, 0 to 1000", {}}};
    return static_cast<std::size_t>(*number);
}

/// "/mnt/backup: height 1,204, 3 files"
json::object summary(const std::string& path, const backup::Manifest& manifest)
{
    json::object out;
    out["backup"] = json::string{path};
    out["genesis"] = json::string{to_hex(manifest.genesis.bytes)};
    out["height"] = manifest.end.height.value;
    out["hash"] = json::string{to_hex(manifest.end.hash.bytes)};
    out["log_time_ms"] = manifest.log_time.value;
    out["sealed_height"] = manifest.sealed ? json::value(manifest.sealed->value) : nullptr;
    json::array checkpoints;
    for (const auto height : manifest.checkpoints)
        checkpoints.push_back(height.value);
    out["checkpoints"] = std::move(checkpoints);
    out["made_time_ms"] = manifest.made.value;
    out["made_by"] = json::string{manifest.made_by};
    out["files"] = manifest.files.size();
    return out;
}

void print_manifest(const backup::Manifest& manifest, std::ostream& out)
{
    out << fmt::format("  log          to height {}, block {}\n",
        grouped(manifest.end.height.value), to_hex(manifest.end.hash.bytes));
    out << "  seal         "
        << (manifest.sealed ? "of height " + grouped(manifest.sealed->value) : "none yet") << "\n";
    std::string heights;
    for (const auto height : manifest.checkpoints)
        heights += (heights.empty() ? "" : ", ") + grouped(height.value);
    out << "  checkpoints  " << (heights.empty() ? "none" : heights) << "\n";
}

// ---- engine backup

void add_taken(json::object& out, const backup::Taken& taken)
{
    out["copied_files"] = taken.files_copied;
    out["copied_bytes"] = taken.bytes_copied;
    out["kept_files"] = taken.files_kept;
    out["kept_bytes"] = taken.bytes_kept;
    out["removed_files"] = taken.files_removed;
    out["keys_copied"] = false;
}

void print_taken(const Options& options, const std::string& to, const backup::Taken& taken,
    bool verified, std::ostream& out)
{
    if (options.json)
    {
        auto line = summary(to, taken.manifest);
        add_taken(line, taken);
        line["verified"] = verified;
        return write_line(out, line);
    }
    out << fmt::format("backed up to {}   {} copied in {} files, {} in {} there already\n", to,
        bytes_in_words(taken.bytes_copied), taken.files_copied, bytes_in_words(taken.bytes_kept),
        taken.files_kept);
    print_manifest(taken.manifest, out);
    out << fmt::format("  verified     {}\n",
        verified ? "every byte was read back"
                 : "no: engine backup --check " + to + " reads every byte back");
    out << fmt::format(
        "  keys         never copied. Keep {} apart from this backup,\n"
        "               encrypted or on paper: without it the log can be read, and not continued\n",
        options.config().data.sequencer_key_file.value_or(
            sequencer_key_path(options.config().data.directory)));
}

Result<backup::Taken, OperatorError> take(const Options& options, const std::string& to,
    std::size_t checkpoints, Disk& disk, const Clock& clock, std::ostream& err)
{
    ProgressLine line{err, options.terminal, clock, "copying"};
    auto taken = backup::take(disk,
        {.data = options.config().data.directory,
            .to = to,
            .holder = fmt::format("process {} (engine backup)", ::getpid()),
            .made_by = std::string{"refold "} + REFOLD_VERSION,
            .now = clock.now(),
            .checkpoints = checkpoints},
        [&line](std::uint64_t done, std::uint64_t total) { line.update(done, total); });
    if (taken)
        line.finish();
    else
        line.abandon();
    return taken;
}

// ---- engine backup --check

Result<backup::Checked, OperatorError> check(const Options& options, const std::string& directory,
    Disk& disk, const Clock& clock, std::ostream& err)
{
    ProgressLine line{err, options.terminal, clock, "checking"};
    auto checked = backup::check(disk, directory,
        [&line](std::uint64_t done, std::uint64_t total) { line.update(done, total); });
    if (checked && checked->differences.empty())
        line.finish();
    else
        line.abandon();
    return checked;
}

OperatorError damage_of(const std::string& directory, const backup::Checked& checked)
{
    const auto& first = checked.differences.front();
    const auto more = checked.differences.size() - 1;
    return {errors::kBackupDamaged, directory + "/" + first.path,
        first.what + (more > 0 ? fmt::format(", and {} more", more) : ""), {}};
}

json::array to_json(const std::vector<backup::Difference>& differences)
{
    json::array out;
    for (const auto& difference : differences)
    {
        if (out.size() == kShown)
            break;
        json::object item;
        item["path"] = json::string{difference.path};
        item["what"] = json::string{difference.what};
        out.push_back(std::move(item));
    }
    return out;
}

void print_checked(const Options& options, const std::string& directory,
    const backup::Checked& checked, std::ostream& out)
{
    const auto& differences = checked.differences;
    if (options.json)
    {
        auto line = summary(directory, checked.manifest);
        line["whole"] = differences.empty();
        line["read_bytes"] = checked.bytes;
        line["differences"] = to_json(differences);
        line["differences_all"] = differences.size();
        return write_line(out, line);
    }
    const auto verdict = differences.empty() ? painted(options.terminal, Tone::good, "WHOLE")
                                             : painted(options.terminal, Tone::bad, "DAMAGED");
    out << fmt::format("{}   {} in {} files, made {}\n", verdict, bytes_in_words(checked.bytes),
        checked.manifest.files.size(), time_in_words(checked.manifest.made));
    print_manifest(checked.manifest, out);
    for (std::size_t i = 0; i < std::min(differences.size(), kShown); ++i)
        out << fmt::format("  {}: {}\n", differences[i].path, differences[i].what);
    if (differences.size() > kShown)
        out << fmt::format("  and {} more\n", differences.size() - kShown);
    if (!differences.empty())
        out << "  do           use another copy; engine backup into an empty directory makes one\n";
}

int run_check(
    const Options& options, const std::string& directory, std::ostream& out, std::ostream& err)
{
    PosixDisk disk;
    const SystemClock clock;
    const auto checked = check(options, directory, disk, clock, err);
    if (!checked)
        return fail(options, err, checked.error());
    print_checked(options, directory, *checked, out);
    return checked->differences.empty() ? kExitYes : kExitNo;
}
}  // namespace

int run_backup(const Options& options, std::ostream& out, std::ostream& err)
{
    if (const auto directory = options.flag("check"))
        return run_check(options, *directory, out, err);
    const auto to = target_of(options);
    if (!to)
        return fail(options, err, to.error());
    const auto checkpoints = checkpoints_of(options);
    if (!checkpoints)
        return fail(options, err, checkpoints.error());
    if (const auto problem = check_apart(options.config().data.directory, *to))
        return fail(options, err, *problem);

    PosixDisk disk;
    const SystemClock clock;
    const auto taken = take(options, *to, *checkpoints, disk, clock, err);
    if (!taken)
        return fail(options, err, taken.error());
    const bool verify = options.has("verify");
    if (verify)
    {
        const auto checked = check(options, *to, disk, clock, err);
        if (!checked)
            return fail(options, err, checked.error());
        if (!checked->differences.empty())
            return fail(options, err, damage_of(*to, *checked));
    }
    print_taken(options, *to, *taken, verify, out);
    return kExitYes;
}
}  // namespace engine::cli

#include "adapters/system/clock.hpp"
#include "adapters/system/disk.hpp"
#include "engine/base/hex.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/log_files.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/log/data_directory.hpp"
#include "engine/log/restored.hpp"
#include "engine/runtime/catch_up.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/logging.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace engine::cli
{
namespace
{
/// The mark of a log, and where the log ends.
struct Standing
{
    std::optional<std::string> mark;
    log::LogTip tip;
};

Result<Standing, OperatorError> look(Disk& disk, const std::string& data)
{
    if (!disk.exists(log::log_directory(data)))
        return Failure{OperatorError{errors::kNoLog, data, "it holds no log", {}}};
    auto mark = log::read_restored(disk, data);
    if (!mark)
        return Failure{from_log(mark.error())};
    const auto files = LogFiles::open(disk, data);
    if (!files)
        return Failure{from_log(files.error())};
    return Standing{*std::move(mark), *(*files)->tip()};
}

std::string declaration_of(const Standing& standing)
{
    return fmt::format(
        "declared at {}: no other copy of this log exists that goes beyond height {}, block {}\n"
        "the mark said: {}\n",
        time_in_words(SystemClock{}.now()), standing.tip.header.height.value,
        to_hex(standing.tip.hash.bytes), *standing.mark);
}

using Problem = std::optional<OperatorError>;

/// The height is asked for, so that a declaration is about the log as it is and can't stay in a
/// script for the next one.
Problem check_declaration(const Standing& standing, const std::string& data, const std::string& end)
{
    if (!standing.mark)
        return OperatorError{errors::kNotRestored, log::restored_path(data), {}, {}};
    const auto height = std::to_string(standing.tip.header.height.value);
    if (end == height)
        return std::nullopt;
    return OperatorError{errors::kBadFlag, "--no-other-copy " + end,
        "the log ends at height " + height,
        "compare with every copy that there is; then name that height"};
}

Problem declare(const Options& options, Disk& disk)
{
    const auto& data = options.config().data.directory;
    const auto directory = log::DataDirectory::own(
        disk, data, fmt::format("process {} (engine restored)", ::getpid()));
    if (!directory)
        return from_log(directory.error());
    const auto standing = look(disk, data);
    if (!standing)
        return standing.error();
    if (auto problem = check_declaration(*standing, data, *options.flag("no-other-copy")))
        return problem;
    if (const auto ended = log::end_restored(disk, data, declaration_of(*standing)); !ended)
        return from_log(ended.error());
    logging::warning("log", "an operator has declared that no other copy of the log goes further",
        {{"h", standing->tip.header.height.value}, {"block", to_hex(standing->tip.hash.bytes)},
            {"mark", *standing->mark}});
    return std::nullopt;
}

void print(const Options& options, const Standing& standing, std::ostream& out)
{
    const auto height = standing.tip.header.height.value;
    if (options.json)
    {
        json::object line;
        line["restored"] = standing.mark.has_value();
        line["mark"] = standing.mark ? json::value(json::string{*standing.mark}) : nullptr;
        line["height"] = height;
        line["hash"] = json::string{to_hex(standing.tip.hash.bytes)};
        return write_line(out, line);
    }
    out << fmt::format(
        "the log ends at height {}, block {}\n", height, to_hex(standing.tip.hash.bytes));
    if (!standing.mark)
    {
        out << "it is not marked as restored: blocks are opened\n";
        return;
    }
    out << fmt::format(
        "it is marked as restored ({}): no block is opened\n"
        "if no replica, signer or other copy has a later block, stop the node and declare it:\n"
        "            engine restored --no-other-copy {} --data {}\n",
        *standing.mark, height, options.config().data.directory);
}
}  // namespace

int run_restored(const Options& options, std::ostream& out, std::ostream& err)
{
    PosixDisk disk;
    if (options.has("no-other-copy"))
    {
        if (const auto problem = declare(options, disk))
            return fail(options, err, *problem);
    }
    const auto standing = look(disk, options.config().data.directory);
    if (!standing)
        return fail(options, err, standing.error());
    print(options, *standing, out);
    return kExitYes;
}
}  // namespace engine::cli

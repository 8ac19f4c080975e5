#include "engine/base/hex.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/fold_past.hpp"
#include "engine/cli/genesis_pin.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/past_state.hpp"
#include "engine/cli/replay_compare.hpp"
#include "engine/cli/rows_view.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/values.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

namespace engine::cli
{
namespace
{
Result<FoldWanted, OperatorError> read_wanted(const Options& options)
{
    FoldWanted wanted{.label = "replay", .from = {}, .to = {}};
    const auto from = height_flag(options, "from-height");
    const auto to = height_flag(options, "to-height");
    if (!from || !to)
        return Failure{from ? to.error() : from.error()};
    if (*from && *to && **from > **to)
        return Failure{OperatorError{errors::kBadFlag, "--from-height and --to-height",
            fmt::format("{} is above {}", (*from)->value, (*to)->value), "begin below the end"}};
    const auto pinned = pinned_genesis(options);
    if (!pinned)
        return Failure{pinned.error()};
    wanted.pinned = *pinned;
    wanted.from = *from;
    wanted.to = *to;
    wanted.validate_all = options.has("full");
    wanted.every_root = options.has("every-root");
    wanted.laws = options.has("laws") || options.has("full");
    const auto limit = limit_flag(options);
    if (!limit)
        return Failure{limit.error()};
    wanted.rows_shown = *limit;
    return wanted;
}

json::object to_json(const Options& options, const FoldedPast& past)
{
    json::object out;
    out["genesis"] = to_hex(past.genesis.bytes);
    out["genesis_pinned"] = options.has("genesis");
    out["from"] = past.first.value;
    out["to"] = past.last.value;
    out["checkpoint"] = nullptr;
    if (past.checkpoint)
        out["checkpoint"] = past.checkpoint->value;
    out["events"] = past.events;
    out["bytes"] = past.bytes;
    out["milliseconds"] = past.milliseconds;
    out["root_height"] = past.caught_up.root.height.value;
    out["root"] = to_hex(past.caught_up.root.root.bytes);
    out["roots_equal"] = past.caught_up.roots_checked;
    out["sealed"] = past.seal && past.seal->height == past.caught_up.root.height;
    out["consistent"] = true;
    return out;
}

void print(const Options& options, const FoldedPast& past, std::ostream& out)
{
    const auto rate = rate_in_words(past.events, past.milliseconds);
    out << fmt::format("replayed {} to {}{}   {} events in {}   {} ev/s   {}\n",
        grouped(past.first.value), grouped(past.last.value),
        past.checkpoint ? " from checkpoint " + grouped(past.checkpoint->value)
                        : std::string{" from nothing"},
        grouped(past.events), duration_in_words(past.milliseconds), rate,
        painted(options.terminal, Tone::good, "EQUAL"));
    const auto equal = past.caught_up.roots_checked;
    out << fmt::format("  every verdict and effect as recorded; {}\n",
        equal == 0 ? "of the roots the newest alone was computed"
                   : fmt::format("{} recorded root{} computed again and equal", grouped(equal),
                         equal == 1 ? "" : "s"));
    const auto& root = past.caught_up.root;
    const bool sealed = past.seal && past.seal->height == root.height;
    out << fmt::format("  root       {} of height {}{}\n", to_hex(root.root.bytes),
        grouped(root.height.value), sealed ? ", as the seal has it" : "");
    out << "  " << genesis_text(options, past.genesis) << "\n";
}
}  // namespace

int run_replay(const Options& options, std::ostream& out, std::ostream& err)
{
    // As of a height, a replay is a question about a row: the one that `engine show --at` answers.
    if (options.has("at"))
    {
        Options query = options;
        if (const auto row = options.flag("show"))
        {
            const auto slash = row->find('/');
            query.arguments = {row->substr(0, slash)};
            if (slash != std::string::npos)
                query.arguments.push_back(row->substr(slash + 1));
        }
        return run_show(query, out, err);
    }
    if (options.has("show"))
        return fail(options, err,
            {errors::kBadFlag, "--show", "rows are shown as of a height", "add --at HEIGHT"});
    const auto wanted = read_wanted(options);
    if (!wanted)
        return fail(options, err, wanted.error());
    if (const auto directory = options.flag("compare"))
        return compare_replays(options, out, err, *wanted, *directory);
    if (options.has("limit"))
        return fail(options, err,
            {errors::kBadFlag, "--limit", "a replay shows no rows", "add --compare or --at"});
    PosixDisk disk;
    const auto past = fold_past(options, disk, err, *wanted);
    if (!past)
        return fail(options, err, past.error());
    if (options.json)
        write_line(out, to_json(options, *past));
    else
        print(options, *past, out);
    return kExitYes;
}

Program replay_program()
{
    static const Command kCommands[] = {{.summary = "rebuilds the state from the log",
        .text =
            "Folds the log again, event by event, into a state of its own, and compares every "
            "verdict, effect and root with what the log has recorded. The first difference ends "
            "it, "
            "with its place. The data directory is only read: a node may be running on it.\n\n"
            "A plain replay trusts the signatures and proofs of blocks that a seal vouches for; "
            "--full checks them again.\n\n"
            "With --compare two replays are laid beside each other. The other directory is a data "
            "directory, whose log is replayed to the same height, or a state or a checkpoint, "
            "which "
            "is read as it stands. The exit code is 1 if a row or a block differs.\n\n"
            "The id of a log is the hash of its first block. --genesis says which one it has to "
            "be; "
            "another one ends the replay with exit code 1 before anything is folded.",
        .flags = {{"from-height", "HEIGHT",
                      "Begin at the newest checkpoint at or below it. Without it: from nothing."},
            {"to-height", "HEIGHT", "The last height. Without it: to the end of the log."},
            {"genesis", "ID", "The log that it has to be. Without it: `genesis not pinned`."},
            {"full", "", "Check encodings, proofs of work, branches, signatures and laws again."},
            {"every-root", "", "Compute every recorded state root, not the newest alone."},
            {"laws", "", "Ask every law about every block."},
            {"at", "HEIGHT", "Answer a question about the state as of this height: --show."},
            {"show", "TABLE[/KEY]", "With --at: the row or the rows to show."},
            {"compare", "DIRECTORY",
                "Compare with another data directory, a state or a checkpoint, row by row."},
            {"limit", "N", "With --compare or --at: at most so many rows; 20 without it."}},
        .exclusions = {{"at", "from-height", "a question begins where it is cheapest"},
            {"at", "to-height", "--at is the height that is folded to"},
            {"at", "full", "a question about the state does not check it again"},
            {"at", "every-root", "a question about the state does not check it again"},
            {"at", "genesis", "a question about a row names no log"},
            {"at", "laws", "a question about the state does not check it again"},
            {"at", "compare", "two replays are compared at the height that they end at"}},
        .examples = {{"replay --from-height 0 --data ./data",
                         "From the first checkpoint or from nothing to the end."},
            {"replay --from-height 100000 --to-height 121000 --json",
                "A part, with the root as JSON."},
            {"replay --at 121000 --show peg.deposits", "Rows as of a height."},
            {"replay --compare /var/lib/replica --json", "Two logs and what they come to."},
            {"replay --compare ./data/checkpoints/98304", "A checkpoint against the log."}},
        .run = run_replay}};
    return {"replay", "rebuilds the state from the log", kCommands};
}
}  // namespace engine::cli

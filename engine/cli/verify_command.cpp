#include "adapters/system/clock.hpp"
#include "adapters/system/disk.hpp"
#include "adapters/system/executor.hpp"
#include "engine/base/nearest.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/genesis_pin.hpp"
#include "engine/cli/scratch_state.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/term/progress.hpp"
#include "engine/cli/verify_report.hpp"
#include "engine/cli/verify_sources.hpp"
#include "engine/log/data_directory.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <list>

namespace engine::cli
{
namespace
{
OperatorError bad_layer(std::string why, std::string action)
{
    return {errors::kBadFlag, "--layer", std::move(why), std::move(action)};
}

// Layers by their names, between commas, in any order; all of them without the flag.
Result<std::vector<Layer>, OperatorError> layers_of(const Options& options)
{
    const auto text = options.flag("layer");
    if (!text)
        return std::vector<Layer>{kLayers.begin(), kLayers.end()};
    std::vector<std::string_view> names;
    for (const auto layer : kLayers)
        names.push_back(name(layer));
    const auto all = fmt::format("all layers: {}", fmt::join(names, ","));
    std::vector<Layer> out;
    std::string_view rest = *text;
    for (bool more = true; more;)
    {
        const auto comma = rest.find(',');
        const auto one = rest.substr(0, comma);
        more = comma != std::string_view::npos;
        rest.remove_prefix(more ? comma + 1 : rest.size());
        const auto found = std::find(names.begin(), names.end(), one);
        const auto meant = one.empty() ? std::nullopt : nearest(one, names);
        if (found == names.end())
            return Failure{bad_layer(fmt::format("\"{}\" is no layer", one),
                (meant ? fmt::format("did you mean `{}`?   ", *meant) : "") + all)};
        const auto layer = kLayers[static_cast<std::size_t>(found - names.begin())];
        if (std::find(out.begin(), out.end(), layer) != out.end())
            return Failure{bad_layer(fmt::format("`{}` is named twice", one), all)};
        out.push_back(layer);
    }
    return out;
}

/// The empty states that verify folds into; they go when it is done.
class Scratches
{
    Disk& m_disk;
    const std::string& m_data;
    MemoryPlan m_memory;
    std::list<ScratchState> m_made;

public:
    Scratches(Disk& disk, const std::string& data, const MemoryPlan& memory)
      : m_disk{disk}, m_data{data}, m_memory{memory}
    {}

    Result<StateStore*, OperatorError> make()
    {
        auto made = ScratchState::make(m_disk, m_data, std::nullopt, m_memory);
        if (!made)
            return Failure{made.error()};
        m_made.push_back(*std::move(made));
        return &m_made.back().store();
    }
};

/// One line of progress for each pass over the log.
class Passes
{
    std::ostream& m_err;
    const Terminal& m_terminal;
    const Clock& m_clock;
    std::string m_pass;
    std::optional<ProgressLine> m_line;

public:
    Passes(std::ostream& err, const Terminal& terminal, const Clock& clock)
      : m_err{err}, m_terminal{terminal}, m_clock{clock}
    {}

    void update(const VerifyProgress& progress)
    {
        if (m_pass != progress.pass)
        {
            end();
            m_pass = progress.pass;
            m_line.emplace(m_err, m_terminal, m_clock, "verify " + m_pass);
        }
        m_line->update(progress.bytes_done, progress.bytes_total,
            fmt::format("height {}", grouped(progress.height.value)));
    }

    void end()
    {
        if (m_line)
            m_line->abandon();
    }
};
}  // namespace

int run_verify(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto layers = layers_of(options);
    if (!layers)
        return fail(options, err, layers.error());
    const auto pinned = pinned_genesis(options);
    if (!pinned)
        return fail(options, err, pinned.error());
    PosixDisk disk;
    const auto& data = options.config().data.directory;
    if (!disk.exists(log::log_directory(data)))
        return fail(options, err, {errors::kNoLog, data, "it holds no log", {}});
    // The state and the seal first: a node goes on, and the log that is opened afterwards holds
    // what they show.
    const auto state = find_state(options, disk);
    const auto seal = read_seal_file(disk, data);
    const auto mark = state.store ? state.store->stands_at() : std::nullopt;
    const LogUnderTest log{disk, data, claims_beside_log(disk, data, seal, mark)};
    const bool wants_chain =
        std::find(layers->begin(), layers->end(), Layer::chain) != layers->end();
    const auto chain = wants_chain ? find_chain(options) : ChainUnderTest{};

    const SystemClock clock;
    const auto memory = memory_plan(options.config().state.memory_bytes);
    Scratches scratches{disk, data, memory};
    Passes passes{err, options.terminal, clock};
    ThreadExecutor executor;
    const VerifyInputs inputs{.log = log,
        .seal = seal,
        .clock = clock,
        .make_scratch = [&] { return scratches.make(); },
        .stored = state.store.get(),
        .stored_missing = state.missing,
        .stored_silent = state.is_silent,
        .stored_error = state.error,
        .checkpoint_of =
            [&](LogHeight height) {
                return checkpoint_of_height(disk, data, height, memory.store());
            },
        .checkpoints = checkpoints_path(data),
        .chain = chain.chain.get(),
        .chain_missing = chain.missing,
        .chain_silent = chain.is_silent,
        .layers = *layers,
        .pinned = *pinned,
        .memory_bytes_max = memory.rows,
        .on_progress = [&](const VerifyProgress& progress) { passes.update(progress); },
        .on_layer =
            [&](const LayerReport& layer) {
                passes.end();
                if (!options.json)
                    print_layer(options, out, layer);
            },
        .executor = &executor};
    const auto report = verify(inputs);
    passes.end();
    if (options.json)
        write_json(options, out, report);
    else
        print_outcome(options, out, report);
    return exit_code(options, report);
}

Program verify_program()
{
    static const Command kCommands[] = {{.summary = "checks everything against the log",
        .text =
            "Looks at five layers, each on a line of its own: log (frames, form, hash chain, "
            "seals), fold (every event validated and folded again, every recorded verdict, effect "
            "and root), state (the state on disk, row by row and as a tree, and every checkpoint), "
            "laws, and chain (the "
            "Bitcoin node's outputs and blocks). What differs is named by height, event and "
            "key.\n\n"
            "The log is folded into an empty state below TMPDIR; the data directory is only read. "
            "A running node is asked for a checkpoint, which is then what layer 3 looks at. A "
            "damaged log is looked at as far as it can be read. A state root that differs is "
            "narrowed to the events since the last one that agrees and, where the state directory "
            "or a checkpoint stands at its height, to the rows that differ.\n\n"
            "The time of a layer holds the folding that no layer before it asked for.\n\n"
            "Exit code 0: consistent; 1: inconsistent; 2: a layer that --layer names could not be "
            "checked, one that needs the data directory alone, or one whose node was to be asked "
            "and "
            "did not answer. A layer that is not named and has nobody to ask (no state, no "
            "Bitcoin node named) says so and counts as nothing.",
        .flags = {{"layer", "NAMES",
                      "Only these, with commas between them: log,fold,state,laws,chain."},
            {"genesis", "ID", "The log that it has to be. Without it: `genesis not pinned`."},
            {"node", "URL", "The running node, as http://HOST:PORT. Without it: http.listen."}},
        .examples = {{"verify-consistency --data ./data", "Everything that can be looked at here."},
            {"verify-consistency --layer chain --bitcoin-rpc http://127.0.0.1:18443",
                "The log against a Bitcoin node of one's own choice."},
            {"verify-consistency --json | jq .consistent", "For a script."}},
        .run = run_verify}};
    return {"verify-consistency", "checks everything against the log", kCommands};
}
}  // namespace engine::cli

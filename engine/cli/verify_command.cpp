#include "adapters/system/clock.hpp"
#include "adapters/system/disk.hpp"
#include "engine/base/nearest.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/log_files.hpp"
#include "engine/cli/node_client.hpp"
#include "engine/cli/outside_chain.hpp"
#include "engine/cli/scratch_state.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/term/progress.hpp"
#include "engine/cli/term/table.hpp"
#include "engine/log/data_directory.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/node.hpp"
#include "engine/runtime/verify.hpp"
#include "engine/store/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engine::cli
{
namespace
{
using Verdict = LayerReport::Verdict;

std::string_view word(Verdict verdict)
{
    switch (verdict)
    {
        case Verdict::ok:
            return "ok";
        case Verdict::differs:
            return "differs";
        case Verdict::not_checked:
            return "not checked";
    }
    return "";
}

// Layers by their names, between commas; all of them without the flag.
Result<std::vector<Layer>, OperatorError> layers_of(const Options& options)
{
    const auto text = options.flag("layer");
    if (!text)
        return std::vector<Layer>{kLayers.begin(), kLayers.end()};
    std::vector<std::string_view> names;
    for (const auto layer : kLayers)
        names.push_back(name(layer));
    std::vector<Layer> out;
    std::string_view rest = *text;
    while (!rest.empty())
    {
        const auto one = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        const auto found = std::find(names.begin(), names.end(), one);
        if (found == names.end())
        {
            const auto meant = nearest(one, names);
            return Failure{
                OperatorError{errors::kBadFlag, "--layer", fmt::format("\"{}\" is no layer", one),
                    (meant ? fmt::format("did you mean `{}`?   ", *meant) : "") +
                        fmt::format("all layers: {}", fmt::join(names, ", "))}};
        }
        out.push_back(kLayers[static_cast<std::size_t>(found - names.begin())]);
    }
    if (out.empty())
        return Failure{OperatorError{errors::kBadFlag, "--layer", "it names no layer", {}}};
    return out;
}

/// The state under test: the directory itself, or a checkpoint that a running node has taken.
struct StateUnderTest
{
    std::unique_ptr<StateStore> store;
    std::string missing;  ///< Why there is none.
};

StateUnderTest open_state(Disk& disk, const std::string& directory, bool is_checkpoint)
{
    if (!disk.exists(directory))
        return {nullptr, directory + " is not there"};
    auto opened = is_checkpoint ? open_checkpoint(disk, directory)
                                : StateStore::open(disk, directory, {.read_only = true});
    if (!opened)
        return {nullptr, to_string(opened.error())};
    if (!(*opened)->stands_at())
        return {nullptr, directory + " is empty"};
    return {*std::move(opened), {}};
}

StateUnderTest ask_running_node(const Options& options, Disk& disk)
{
    const auto endpoint = NodeClient::endpoint_of(options);
    if (!endpoint)
        return {nullptr, endpoint.error().why};
    NodeClient node{*endpoint};
    const auto answer = node.post("/v1/checkpoint", "application/json", "{}");
    if (!answer)
        return {nullptr, "a node runs, and gave no checkpoint: " + answer.error().why};
    const auto directory = text_at(*answer, "directory");
    if (!directory)
        return {nullptr, "a node runs, and named no checkpoint"};
    return open_state(disk, *directory, true);
}

StateUnderTest find_state(const Options& options, Disk& disk)
{
    const auto& data = options.config().data.directory;
    if (disk.is_locked(log::lock_path(data)))
        return ask_running_node(options, disk);
    return open_state(disk, state_path(data), false);
}

/// The node at the other end of layer 5.
struct ChainUnderTest
{
    std::unique_ptr<BitcoinNode> node;
    std::unique_ptr<NodeChain> chain;
    std::string missing;
};

ChainUnderTest find_chain(const Options& options)
{
    ChainUnderTest out;
    const auto& bitcoin = options.config().bitcoin;
    if (!bitcoin.rpc_url && !bitcoin.playback)
    {
        out.missing = "no Bitcoin node was named (--bitcoin-rpc URL)";
        return out;
    }
    auto node = connect_bitcoin(options.config());
    if (!node)
    {
        out.missing = node.error().why;
        return out;
    }
    out.node = *std::move(node);
    // A node that does not answer leaves the layer unchecked; it proves nothing.
    if (const auto info = out.node->node.info(); !info)
    {
        out.missing = to_string(info.error());
        return out;
    }
    out.chain = std::make_unique<NodeChain>(out.node->node);
    return out;
}

class Report
{
    const Options& m_options;
    std::ostream& m_out;
    const SystemClock m_clock;
    std::int64_t m_began_ms = m_clock.monotonic_ms();
    json::array m_layers;

public:
    Report(const Options& options, std::ostream& out) : m_options{options}, m_out{out} {}

    void add(const LayerReport& layer)
    {
        const auto now = m_clock.monotonic_ms();
        const auto spent = now - m_began_ms;
        m_began_ms = now;
        if (m_options.json)
            m_layers.push_back(to_json(layer, spent));
        else
            print(layer, spent);
    }

    void finish(const std::vector<LayerReport>& layers)
    {
        const auto* bad = first_bad(layers);
        if (m_options.json)
        {
            json::object out;
            out["consistent"] = bad == nullptr;
            out["layers"] = std::move(m_layers);
            write_line(m_out, out);
            return;
        }
        m_out << "\n"
              << (bad ? painted(m_options.terminal, Tone::bad, "INCONSISTENT")
                      : painted(m_options.terminal, Tone::good, "CONSISTENT"));
        if (bad)
            m_out << fmt::format("  layer {} ({})\n", number_of(bad->layer), name(bad->layer));
        else
            m_out << "  every layer that was looked at agrees with the log\n";
        for (const auto& layer : layers)
            print_differences(layer);
        if (bad)
            m_out << "  do      " << advice(bad->layer) << "\n";
    }

    static const LayerReport* first_bad(const std::vector<LayerReport>& layers)
    {
        for (const auto& layer : layers)
        {
            if (layer.verdict == Verdict::differs)
                return &layer;
        }
        return nullptr;
    }

private:
    static std::size_t number_of(Layer layer) { return static_cast<std::size_t>(layer) + 1; }

    static json::object to_json(const LayerReport& layer, std::int64_t spent)
    {
        json::array differences;
        for (const auto& difference : layer.differences)
        {
            json::object item;
            item["where"] = json::string{difference.where};
            item["what"] = json::string{difference.what};
            item["stored"] = json::string{difference.stored};
            item["computed"] = json::string{difference.computed};
            item["cause"] = json::string{difference.cause};
            differences.push_back(std::move(item));
        }
        json::object out;
        out["layer"] = json::string{std::string{name(layer.layer)}};
        out["verdict"] = json::string{std::string{word(layer.verdict)}};
        out["looked_at"] = json::string{layer.looked_at};
        out["milliseconds"] = spent;
        out["differences_all"] = layer.differences_all;
        out["differences"] = std::move(differences);
        return out;
    }

    void print(const LayerReport& layer, std::int64_t spent)
    {
        auto verdict = std::string{word(layer.verdict)};
        if (layer.verdict == Verdict::differs)
            verdict = "DIFFERS";
        const auto tone = layer.verdict == Verdict::ok        ? Tone::good
                          : layer.verdict == Verdict::differs ? Tone::bad
                                                              : Tone::doubtful;
        const auto line = fmt::format(
            " {} {:<6} {:<66}", number_of(layer.layer), name(layer.layer), layer.looked_at);
        const auto gap = std::string(12 - std::min<std::size_t>(verdict.size(), 11), ' ');
        m_out << line << "  " << painted(m_options.terminal, tone, verdict) << gap
              << (layer.verdict == Verdict::not_checked ? "" : duration_in_words(spent)) << "\n"
              << std::flush;
    }

    void print_differences(const LayerReport& layer)
    {
        for (const auto& difference : layer.differences)
        {
            m_out << "  " << name(layer.layer) << "  " << difference.where << ": "
                  << difference.what << "\n";
            Table table;
            table.column("").column("");
            for (const auto& [label, text] : {std::pair{"stored", &difference.stored},
                     std::pair{"computed", &difference.computed},
                     std::pair{"cause", &difference.cause}})
            {
                if (!text->empty())
                    table.add({label, *text});
            }
            table.write(m_out, "          ");
        }
        if (layer.differences_all > layer.differences.size())
            m_out << fmt::format("  {}  {} more\n", name(layer.layer),
                grouped(layer.differences_all - layer.differences.size()));
    }

    std::string advice(Layer layer) const
    {
        const auto& data = m_options.config().data.directory;
        switch (layer)
        {
            case Layer::log:
            case Layer::fold:
                return "keep the directory; restore the log from a replica or a backup";
            case Layer::state:
                return fmt::format(
                    "stop the node, rm -r {}, start it: the state is rebuilt, nothing is lost",
                    state_path(data));
            case Layer::laws:
                return "stop the node; the rules have a defect: report it with the log";
            case Layer::chain:
                return "compare with a second Bitcoin node; one of the two leaves something out";
        }
        return {};
    }
};

int exit_code(const Options& options, const std::vector<LayerReport>& layers)
{
    if (Report::first_bad(layers) != nullptr)
        return kExitNo;
    const bool skipped = std::any_of(layers.begin(), layers.end(),
        [](const LayerReport& layer) { return layer.verdict == Verdict::not_checked; });
    return skipped && options.has("layer") ? kExitUnknown : kExitYes;
}
}  // namespace

int run_verify(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto layers = layers_of(options);
    if (!layers)
        return fail(options, err, layers.error());
    PosixDisk disk;
    const auto& data = options.config().data.directory;
    if (!disk.exists(log::log_directory(data)))
        return fail(options, err, {errors::kNoLog, data, "it holds no log", {}});
    // The state first: a node goes on, and the log that is read afterwards holds what it shows.
    const auto state = find_state(options, disk);
    const auto log = LogFiles::open(disk, data);
    if (!log)
        return fail(options, err, from_log(log.error()));
    const auto seal = Node::read_seal(disk, data);
    if (!seal)
        return fail(options, err, seal.error());
    auto scratch = ScratchState::make(disk, data, std::nullopt);
    if (!scratch)
        return fail(options, err, scratch.error());
    const auto chain = find_chain(options);

    const SystemClock clock;
    ProgressLine line{err, options.terminal, clock, "verify"};
    Report report{options, out};
    const VerifyInputs inputs{.log = **log,
        .seal = *seal,
        .scratch = scratch->store(),
        .stored = state.store.get(),
        .stored_missing = state.missing,
        .chain = chain.chain.get(),
        .chain_missing = chain.missing,
        .layers = *layers,
        .memory_bytes_max = options.config().state.memory_bytes,
        .on_progress =
            [&line](const log::Progress& progress, const Refolder& folded) {
                line.update(progress.bytes_done, progress.bytes_total,
                    fmt::format("height {}", grouped(folded.next_height().value - 1)));
            },
        .on_layer =
            [&](const LayerReport& layer) {
                line.abandon();
                report.add(layer);
            }};
    const auto reports = verify(inputs);
    report.finish(reports);
    return exit_code(options, reports);
}

Program verify_program()
{
    static const Command kCommands[] = {{.summary = "checks everything against the log",
        .text =
            "Looks at five layers, each on a line of its own: log (frames, form, hash chain, "
            "seals), fold (every event validated and folded again, every recorded verdict, effect "
            "and root), state (the state on disk, row by row and as a tree), laws, and chain (the "
            "Bitcoin node's outputs and blocks). What differs is named by height, event and "
            "key.\n\n"
            "The log is folded into an empty state below TMPDIR; the data directory is only read. "
            "A running node is asked for a checkpoint, which is then what layer 3 looks at.\n\n"
            "Exit code 0: consistent; 1: inconsistent; 2: a layer that --layer names could not be "
            "checked. A layer that is not named and can't be checked says so and counts as "
            "nothing.",
        .flags = {{"layer", "NAMES",
                      "Only these, with commas between them: log,fold,state,laws,chain."},
            {"node", "URL", "The running node, as http://HOST:PORT. Without it: http.listen."}},
        .examples = {{"verify-consistency --data ./data", "Everything that can be looked at here."},
            {"verify-consistency --layer chain --bitcoin-rpc http://127.0.0.1:18443",
                "The log against a Bitcoin node of one's own choice."},
            {"verify-consistency --json | jq .consistent", "For a script."}},
        .run = run_verify}};
    return {"verify-consistency", "checks everything against the log", kCommands};
}
}  // namespace engine::cli

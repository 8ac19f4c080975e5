#include "engine/cli/verify_report.hpp"

#include "engine/base/hex.hpp"
#include "engine/cli/genesis_pin.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/term/table.hpp"
#include "engine/runtime/node.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engine::cli
{
namespace
{
using Verdict = LayerReport::Verdict;

std::size_t number_of(Layer layer)
{
    return static_cast<std::size_t>(layer) + 1;
}

bool differs(const LayerReport& layer)
{
    return layer.verdict == Verdict::differs;
}

/// Could not be checked, although somebody counts on it.
bool is_open_question(const Options& options, const LayerReport& layer)
{
    return layer.verdict == Verdict::not_checked &&
           (options.has("layer") || !layer.has_nothing_to_ask);
}

Tone tone_of(Verdict verdict)
{
    switch (verdict)
    {
        case Verdict::ok:
            return Tone::good;
        case Verdict::differs:
            return Tone::bad;
        case Verdict::not_checked:
            return Tone::doubtful;
    }
    return Tone::doubtful;
}

void print_headline(const Options& options, std::ostream& out, const VerifyReport& report)
{
    const auto code = exit_code(options, report);
    std::vector<std::string> layers;
    for (const auto& layer : report.layers)
    {
        if (code == kExitNo ? differs(layer) : is_open_question(options, layer))
            layers.push_back(fmt::format("{} ({})", number_of(layer.layer), name(layer.layer)));
    }
    const auto names =
        fmt::format("layer{} {}", layers.size() == 1 ? "" : "s", fmt::join(layers, ", "));
    const auto total = "   " + duration_in_words(report.milliseconds) + " in all";
    if (code == kExitYes)
        out << painted(options.terminal, Tone::good, "CONSISTENT")
            << "  every layer that was looked at agrees with the log" << total << "\n";
    else if (code == kExitUnknown)
        out << painted(options.terminal, Tone::doubtful, "NOT KNOWN") << "  " << names
            << " could not be checked; nothing that was looked at differs" << total << "\n";
    else
        out << painted(options.terminal, Tone::bad, "INCONSISTENT") << "  "
            << (layers.empty() ? "it is another log" : names) << total << "\n";
}

void print_differences(std::ostream& out, const LayerReport& layer)
{
    for (const auto& difference : layer.differences)
    {
        out << "  " << name(layer.layer) << "  " << difference.where << ": " << difference.what
            << "\n";
        Table table;
        table.column("").column("");
        const bool is_log = layer.layer == Layer::log;
        for (const auto& [label, text] :
            {std::pair{is_log ? "found" : "stored", &difference.stored},
                std::pair{is_log ? "expected" : "computed", &difference.computed},
                std::pair{is_log ? "note" : "cause", &difference.cause}})
        {
            if (!text->empty())
                table.add({label, *text});
        }
        if (!table.empty())
            table.write(out, "          ");
    }
    if (layer.differences_all > layer.differences.size())
        out << fmt::format("  {}  {} more\n", name(layer.layer),
            grouped(layer.differences_all - layer.differences.size()));
}

/// Whether checkpoints alone are wrong, and the state itself is as it should be.
bool is_of_checkpoints(const LayerReport& layer)
{
    return layer.differences_all == layer.differences.size() &&
           std::all_of(layer.differences.begin(), layer.differences.end(),
               [](const Difference& each) { return each.where.starts_with("checkpoint "); });
}

std::string advice(const Options& options, const LayerReport& layer)
{
    switch (layer.layer)
    {
        case Layer::log:
        case Layer::fold:
            return "keep the directory as it is; restore the log from a replica or a backup";
        case Layer::state:
            if (is_of_checkpoints(layer))
                return "rm -r the checkpoints that are named: state and log don't need them";
            return fmt::format(
                "stop the node, rm -r {}, start it: the state is rebuilt, nothing is lost",
                state_path(options.config().data.directory));
        case Layer::laws:
            return "stop the node; the rules have a defect: report it with the log";
        case Layer::chain:
            return "compare with a second Bitcoin node; one of the two leaves something out";
    }
    return {};
}

json::object to_json(const Difference& difference)
{
    json::object out;
    out["where"] = json::string{difference.where};
    out["what"] = json::string{difference.what};
    out["stored"] = json::string{difference.stored};
    out["computed"] = json::string{difference.computed};
    out["cause"] = json::string{difference.cause};
    if (difference.height)
        out["height"] = difference.height->value;
    if (difference.event)
        out["event"] = *difference.event;
    if (!difference.file.empty())
        out["file"] = json::string{difference.file};
    if (difference.offset)
        out["offset_bytes"] = *difference.offset;
    if (!difference.table.empty())
    {
        out["table"] = json::string{difference.table};
        out["key"] = json::string{difference.key};
    }
    if (difference.right_at)
        out["right_at_height"] = difference.right_at->value;
    return out;
}

json::object to_json(const LayerReport& layer)
{
    json::array differences;
    for (const auto& difference : layer.differences)
        differences.push_back(to_json(difference));
    json::object out;
    out["layer"] = json::string{std::string{name(layer.layer)}};
    out["verdict"] = json::string{std::string{word(layer.verdict)}};
    out["looked_at"] = json::string{layer.looked_at};
    out["milliseconds"] = layer.milliseconds;
    out["folding_milliseconds"] = layer.folding_milliseconds;
    out["differences_all"] = layer.differences_all;
    out["differences"] = std::move(differences);
    return out;
}
}  // namespace

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

void print_layer(const Options& options, std::ostream& out, const LayerReport& layer)
{
    const std::string verdict{differs(layer) ? "DIFFERS" : word(layer.verdict)};
    const auto gap = std::string(12 - std::min<std::size_t>(verdict.size(), 11), ' ');
    const auto took =
        layer.has_nothing_to_ask ? std::string{} : gap + duration_in_words(layer.milliseconds);
    out << fmt::format(" {} {:<6} ", number_of(layer.layer), name(layer.layer));
    // A long sentence pushes nothing out of its column: the verdict stands before it.
    constexpr std::size_t kWidth = 66;
    const bool fits = layer.looked_at.size() <= kWidth;
    out << fmt::format("{:<66}  ", fits ? layer.looked_at : "")
        << painted(options.terminal, tone_of(layer.verdict), verdict) << took << "\n";
    if (!fits)
        out << "          " << layer.looked_at << "\n";
    if (layer.layer != Layer::fold && layer.folding_milliseconds > 0)
        out << fmt::format("          of it {} for reading and folding the log\n",
            duration_in_words(layer.folding_milliseconds));
    out << std::flush;
}

void print_outcome(const Options& options, std::ostream& out, const VerifyReport& report)
{
    out << "\n";
    print_headline(options, out, report);
    out << "  " << genesis_text(options, report.genesis) << "\n";
    for (const auto& layer : report.layers)
        print_differences(out, layer);
    const bool log_was_asked = std::any_of(report.layers.begin(), report.layers.end(),
        [](const LayerReport& layer) { return layer.layer == Layer::log; });
    if (!log_was_asked && !report.unreadable.empty())
        out << "  the log can't be read to its end (--layer log says more): " << report.unreadable
            << "\n";
    const auto bad = std::find_if(report.layers.begin(), report.layers.end(), differs);
    if (bad != report.layers.end())
        out << "  do      " << advice(options, *bad) << "\n";
}

void write_json(const Options& options, std::ostream& out, const VerifyReport& report)
{
    json::object object;
    const auto code = exit_code(options, report);
    object["consistent"] = nullptr;
    if (code != kExitUnknown)
        object["consistent"] = code == kExitYes;
    object["exit_code"] = code;
    object["genesis"] = nullptr;
    if (report.genesis)
        object["genesis"] = to_hex(report.genesis->bytes);
    object["genesis_pinned"] = options.has("genesis");
    object["genesis_differs"] = report.genesis_differs;
    object["milliseconds"] = report.milliseconds;
    json::array layers;
    for (const auto& layer : report.layers)
        layers.push_back(to_json(layer));
    object["layers"] = std::move(layers);
    write_line(out, object);
}

int exit_code(const Options& options, const VerifyReport& report)
{
    const bool pinned_and_unknown = options.has("genesis") && !report.genesis;
    if (report.genesis_differs || std::any_of(report.layers.begin(), report.layers.end(), differs))
        return kExitNo;
    const bool open = std::any_of(report.layers.begin(), report.layers.end(),
        [&](const LayerReport& layer) { return is_open_question(options, layer); });
    return open || pinned_and_unknown ? kExitUnknown : kExitYes;
}
}  // namespace engine::cli

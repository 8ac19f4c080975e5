#pragma once

#include "engine/bitcoin/block.hpp"
#include "engine/ports/clock.hpp"
#include "engine/runtime/catch_up.hpp"
#include "engine/runtime/verify_open.hpp"
#include "engine/store/state_store.hpp"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace engine
{
/// What verify-consistency looks at, each on its own line of the report.
enum class Layer : std::uint8_t
{
    log,    ///< Frames, form, hash chain, roots of events and results, seals.
    fold,   ///< Every event validated and folded again; every recorded verdict, effect and root.
    state,  ///< The state on disk, row by row and as a tree, against the refolded state;
            ///< checkpoints.
    laws,   ///< Every law in full, over the refolded state.
    chain,  ///< The Bitcoin node's unspent outputs and blocks against the refolded state.
};
inline constexpr std::array kLayers{
    Layer::log, Layer::fold, Layer::state, Layer::laws, Layer::chain};

constexpr std::string_view name(Layer layer)
{
    switch (layer)
    {
        case Layer::log:
            return "log";
        case Layer::fold:
            return "fold";
        case Layer::state:
            return "state";
        case Layer::laws:
            return "laws";
        case Layer::chain:
            return "chain";
    }
    return "";
}

/// One thing that is wrong, as exactly as it is known.
struct Difference
{
    std::string where;     ///< "event 17.3", "peg.deposits 3c1f..:1", "height 12, FILE, byte 4096".
    std::string what;      ///< "the row isn't what the log says"
    std::string stored;    ///< What was found.
    std::string computed;  ///< What was expected: what the log gives.
    std::string cause;     ///< The events that wrote the row, or the interval that is to blame.

    // The same place for programs, as far as there is one.
    std::optional<LogHeight> height;
    std::optional<std::uint32_t> event;  ///< With the height.
    std::string file;
    std::optional<std::uint64_t> offset;  ///< In the file, in bytes.
    std::string table;
    std::string key;  ///< With the table, in the form that `engine show` takes.
    std::optional<LogHeight> right_at = {};  ///< Of a row: the newest checkpoint that has it right.
};

struct LayerReport
{
    enum class Verdict : std::uint8_t
    {
        ok,
        differs,
        not_checked,
    };

    Layer layer = Layer::log;
    Verdict verdict = Verdict::not_checked;
    std::string looked_at;  ///< "184,211 blocks, 2,979 seals"; why not, if it wasn't checked.
    std::vector<Difference> differences;  ///< At most kDifferencesMax.
    std::uint64_t differences_all = 0;

    /// Could not be checked because there was nobody to ask: no state, no node. One that was to be
    /// asked and did not answer leaves a question open instead.
    bool has_nothing_to_ask = false;

    std::int64_t milliseconds = 0;  ///< Spent for this layer, folding included.

    /// Of these, for reading and folding the log, which no layer before it asked for.
    std::int64_t folding_milliseconds = 0;

    void add(Difference difference);
};

inline constexpr std::size_t kDifferencesMax = 20;

/// The outside world as far as this log speaks of it: a Bitcoin node. Errors are sentences.
class OutsideChain
{
public:
    virtual ~OutsideChain() = default;

    struct Unspent
    {
        OutPoint outpoint;
        std::uint64_t amount = 0;  ///< In satoshis.
        std::uint32_t height = 0;
    };
    struct UnspentSet
    {
        std::uint32_t height = 0;  ///< Of the node's best block.
        BlockHash block;           ///< That block.
        std::vector<Unspent> outputs;
    };

    virtual Result<UnspentSet, std::string> unspent(ByteView script) = 0;
    virtual Result<btc::Block, std::string> block(const BlockHash& hash) = 0;
};

/// How far a pass over the log is, in bytes of the log.
struct VerifyProgress
{
    std::string_view pass;  ///< "log", "fold", "writers", "narrow"
    std::uint64_t bytes_done = 0;
    std::uint64_t bytes_total = 0;
    LogHeight height;
};

struct VerifyInputs
{
    const LogUnderTest& log;
    const SealUnderTest& seal;
    const Clock& clock;

    /// Makes an empty state of verify's own to fold into. It lasts as long as verify runs.
    std::function<Result<StateStore*, OperatorError>()> make_scratch;

    StateStore* stored = nullptr;            ///< The state under test, opened for reading.
    std::string stored_missing;              ///< Why there is none.
    bool stored_silent = false;              ///< There is one, and whoever has it did not give it.
    std::optional<StoreError> stored_error;  ///< It is there and can't be opened.

    /// The checkpoint of a height, if there is one that can be opened.
    std::function<std::optional<StateOfHeight>(LogHeight)> checkpoint_of;

    std::string checkpoints;  ///< Their directory, for layer 3; empty: they are not looked at.

    OutsideChain* chain = nullptr;
    std::string chain_missing;  ///< Why there is none.
    bool chain_silent = false;  ///< A node was named, and does not answer.
    std::vector<Layer> layers{kLayers.begin(), kLayers.end()};
    std::optional<GenesisId> pinned;  ///< The log that it has to be.
    std::size_t memory_bytes_max = std::size_t{1} << 30;
    std::function<void(const VerifyProgress&)> on_progress;
    std::function<void(const LayerReport&)> on_layer;  ///< Told when a layer is done.
    Executor* executor = nullptr;  ///< Folds with its lanes beside; see CatchUpOptions.
};

struct VerifyReport
{
    std::optional<GenesisId> genesis;  ///< Of the log; nothing if its first block can't be read.
    bool genesis_differs = false;      ///< From the one that is pinned.

    /// Why blocks at the end of the log, or all behind a height, can't be read: layer 1's first
    /// difference, also when that layer is not asked for.
    std::string unreadable;

    std::vector<LayerReport> layers;  ///< Those that were asked for, in the order of kLayers.
    std::int64_t milliseconds = 0;
};

/// Looks at each layer that is asked for and reports, without changing anything but the scratch
/// state. A damaged log is looked at as far as it can be read. A layer that can't be looked at, or
/// not to its end, is reported as not checked, with the reason.
VerifyReport verify(const VerifyInputs& inputs);
}  // namespace engine

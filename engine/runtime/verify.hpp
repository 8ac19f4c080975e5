#pragma once

#include "engine/bitcoin/block.hpp"
#include "engine/log/log.hpp"
#include "engine/runtime/catch_up.hpp"
#include "engine/store/state_store.hpp"

#include <array>
#include <functional>
#include <map>
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
    state,  ///< The state on disk, row by row and as a tree, against the refolded state.
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
    std::string where;     ///< "event 17.3", "peg.deposits 3c1f..:1", "height 12".
    std::string what;      ///< "the row isn't what the log says"
    std::string stored;    ///< What was found.
    std::string computed;  ///< What the log gives.
    std::string cause;     ///< The events that wrote the row, or the interval that is to blame.
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
        std::vector<Unspent> outputs;
    };

    virtual Result<UnspentSet, std::string> unspent(ByteView script) = 0;
    virtual Result<btc::Block, std::string> block(const BlockHash& hash) = 0;
};

struct VerifyInputs
{
    const log::Log& log;
    std::optional<log::Seal> seal;  ///< From the seal file.
    StateStore& scratch;            ///< An empty state of verify's own.
    StateStore* stored = nullptr;   ///< The state under test, opened for reading.
    std::string stored_missing;     ///< Why there is none.
    OutsideChain* chain = nullptr;
    std::string chain_missing;
    std::vector<Layer> layers{kLayers.begin(), kLayers.end()};
    std::size_t memory_bytes_max = std::size_t{1} << 30;
    OnProgress on_progress;
    std::function<void(const LayerReport&)> on_layer;  ///< Told when a layer is done.
};

/// Looks at each layer that is asked for and reports, without changing anything but the scratch
/// state. A layer that can't be looked at is reported as not checked, with the reason.
std::vector<LayerReport> verify(const VerifyInputs& inputs);
}  // namespace engine

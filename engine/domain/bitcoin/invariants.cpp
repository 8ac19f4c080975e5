#include "engine/domain/bitcoin/invariants.hpp"

#include "engine/base/hex.hpp"
#include "engine/core/overlay.hpp"
#include "engine/domain/bitcoin/queries.hpp"

#include <set>

namespace engine::bitcoin
{
namespace
{
using Broken = std::optional<std::string>;

std::string text(const BlockHash& block)
{
    return to_display_hex(block.bytes);
}

/// Whether what stands at a height fits the block below it. Blocks are forgotten from below, so the
/// lowest has none.
Broken check_height(const StateView& state, ChainHeight height)
{
    const auto at = "height " + std::to_string(height.value) + ": ";
    const auto block = block_at(state, height);
    const ChainHeight next{height.value + 1};
    const ChainHeight last{height.value - 1};
    const bool has_below = height.value != 0 && block_at(state, last).has_value();
    if (!block)
    {
        const bool is_hole = has_below && block_at(state, next).has_value();
        return is_hole ? Broken{at + "the best chain has a hole"} : std::nullopt;
    }
    const auto known = header(state, *block);
    if (!known)
        return at + "the header of " + text(*block) + " is not known";
    if (known->height != height)
        return at + text(*block) + " belongs to height " + std::to_string(known->height.value);
    if (has_below && known->previous != *block_at(state, last))
        return at + text(*block) + " does not follow " + text(*block_at(state, last));
    return std::nullopt;
}

Broken check_tip(const StateView& state)
{
    const auto end = tip(state);
    const auto known = header(state, end.block);
    if (!known || known->height != end.height || known->work != end.work)
        return "the tip " + text(end.block) + " is not what its header says";
    if (block_at(state, end.height) != end.block)
        return "the tip " + text(end.block) + " is not on the best chain";
    if (block_at(state, ChainHeight{end.height.value + 1}))
        return "the best chain goes on above the tip " + text(end.block);
    return std::nullopt;
}

/// A heavier branch is left alone only when its fork is no longer kept.
Broken check_work(const StateView& state, const BlockHash& block, const KnownHeader& known)
{
    const auto deep = deep_reorg(state);
    if (known.work <= tip(state).work || (deep && !deep->followed))
        return std::nullopt;
    return text(block) + " has more work than the tip";
}
}  // namespace

std::optional<std::string> best_chain_is_linked_delta(
    const StateView& before, const Changes& changes)
{
    const Overlay state{before, changes};
    std::set<ChainHeight> heights;
    Broken broken;
    bool touched = false;
    const auto look_at = [&](ChainHeight height) {
        touched = true;
        heights.insert(height);
        if (height.value != UINT32_MAX)
            heights.insert(ChainHeight{height.value + 1});
        if (height.value != 0)
            heights.insert(ChainHeight{height.value - 1});
    };
    const auto note = [&](Broken found) {
        if (!broken)
            broken = std::move(found);
    };

    for_each_change(changes, kBest,
        [&](ChainHeight height, const std::optional<BestBlock>&, const std::optional<BestBlock>&) {
            look_at(height);
        });
    for_each_change(changes, kHeaders,
        [&](const BlockHash& block, const std::optional<KnownHeader>& old,
            const std::optional<KnownHeader>& now) {
            for (const auto& known : {old, now})
            {
                if (known)
                    look_at(known->height);
            }
            if (now)
                note(check_work(state, block, *now));
        });
    for_each_change(changes, kTip,
        [&](Unit, const std::optional<Tip>&, const std::optional<Tip>&) { touched = true; });
    for (const auto height : heights)
        note(check_height(state, height));
    if (touched)
        note(check_tip(state));
    return broken;
}

std::optional<std::string> best_chain_is_linked(const StateView& state)
{
    Broken broken;
    const auto note = [&](Broken found) {
        if (!broken)
            broken = std::move(found);
    };
    std::optional<ChainHeight> last;
    for_each(state, kBest, [&](ChainHeight height, const BestBlock&) {
        if (last && height.value != last->value + 1)
            note("height " + std::to_string(height.value) + ": the best chain has a hole");
        last = height;
        note(check_height(state, height));
        return !broken;
    });
    if (last)  // Before genesis there is none.
        note(check_tip(state));
    for_all(state, kHeaders, [&](const BlockHash& block, const KnownHeader& known) {
        note(check_work(state, block, known));
    });
    return broken;
}
}  // namespace engine::bitcoin

#include "engine/domain/bitcoin/rescan.hpp"

#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/outbox/queries.hpp"
#include "engine/domain/outbox/verbs.hpp"

namespace engine::bitcoin
{
namespace
{
constexpr std::size_t kBlocksPerStep = 64;

bool is_none(const RescanRange& range)
{
    return range.watch_version == 0;
}

/// The smallest range that covers both.
RescanRange joined(const RescanRange& a, const RescanRange& b)
{
    if (is_none(a))
        return b;
    return {
        std::max(a.watch_version, b.watch_version), std::min(a.from, b.from), std::max(a.to, b.to)};
}

ChainHeight first_kept(const StateView& state)
{
    return std::max(first_height(state), tip(state).kept_from);
}

void open(Step& step, RescanState& rescan, const RescanRange& range)
{
    rescan.open = range;
    rescan.next = range.from;
    rescan.effect = outbox::open(step, outbox::EffectKind::rescan, encode_key(range));
}

/// The first height from `next` on whose block is old, looking at a bounded number of them.
ChainHeight first_old(const StateView& state, ChainHeight next, ChainHeight last)
{
    for (std::size_t i = 0; i < kBlocksPerStep && next <= last; ++i, ++next.value)
    {
        const auto block = block_at(state, next);
        if (!block || !scan_is_complete(state, *block))
            break;
    }
    return next;
}

/// No row says that nothing is open: as if there had never been a rescan.
void write(Step& step, const RescanState& rescan)
{
    if (rescan == RescanState{})
        step.erase(kRescan, Unit{});
    else
        step.put(kRescan, rescan);
}

void close(Step& step, RescanState& rescan)
{
    // Nobody has begun with it, and nothing is left to do.
    if (outbox::can_withdraw(step.state(), rescan.effect))
        outbox::withdraw(step, rescan.effect);
    const auto queued = rescan.queued;
    rescan = RescanState{};
    if (!is_none(queued))
        open(step, rescan, queued);
}
}  // namespace

void ask_for_rescan(Step& step, std::uint32_t watch_version, ChainHeight start)
{
    const auto last = tip(step.state()).height;
    const auto from = std::max(start, first_kept(step.state()));
    if (from > last)
        return;

    const RescanRange range{watch_version, from, last};
    auto rescan = step.get(kRescan);
    if (is_none(rescan.open))
        open(step, rescan, range);
    else
        rescan.queued = joined(rescan.queued, range);
    write(step, rescan);
}

void advance_rescan(Step& step)
{
    auto rescan = step.get(kRescan);
    if (is_none(rescan.open))
        return;

    // Blocks that came after it was asked for are scanned with the list of their day.
    const auto last = std::min(rescan.open.to, tip(step.state()).height);
    const auto next =
        first_old(step.state(), std::max(rescan.next, first_kept(step.state())), last);
    if (next == rescan.next && next <= last)
        return;
    rescan.next = next;
    if (next > last)
        close(step, rescan);
    write(step, rescan);
}
}  // namespace engine::bitcoin

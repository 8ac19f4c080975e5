#include "engine/runtime/halt_news.hpp"

#include "engine/core/read.hpp"
#include "engine/domain/outbox/state.hpp"

namespace engine
{
namespace
{
bool is_halted(const std::optional<ByteView>& totals)
{
    if (!totals)
        return false;
    const auto row = decode_stored_row<outbox::Totals>(outbox::kTotals.name, *totals);
    return row.halted || row.halt_ordered;
}
}  // namespace

HaltNews halt_news(const Changes& changes)
{
    HaltNews news;
    if (const auto* deep = changes.find(bitcoin::kDeepReorg.id, {}); deep != nullptr && deep->after)
        news.deep_reorg =
            decode_stored_row<bitcoin::DeepReorg>(bitcoin::kDeepReorg.name, *deep->after);
    if (const auto* totals = changes.find(outbox::kTotals.id, {}); totals != nullptr)
    {
        news.begun = !is_halted(totals->before) && is_halted(totals->after);
        news.ended = is_halted(totals->before) && !is_halted(totals->after);
    }
    return news;
}
}  // namespace engine

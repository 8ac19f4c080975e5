#include "engine/domain/bitcoin/verbs.hpp"

#include "engine/domain/bitcoin/rescan.hpp"

namespace engine::bitcoin
{
namespace
{
void note_owner(WatchState& watch, std::uint8_t owner)
{
    const auto place = std::lower_bound(watch.owners.begin(), watch.owners.end(), owner);
    if (place == watch.owners.end() || *place != owner)
        watch.owners.insert(place, owner);
}

void add_watch(Step& step, const WatchKey& key, ChainHeight start)
{
    const auto known = step.find(kWatches, key);
    if (known && known->start <= start)
        return;

    auto watch = step.get(kWatch);
    ENSURE(watch.version < UINT32_MAX);
    ++watch.version;
    note_owner(watch, key.owner);
    step.put(kWatch, watch);
    step.put(kWatches, key, Watch{start, watch.version});
    step.put(kAdditions, watch.version, Addition{key.owner, start});
    ask_for_rescan(step, watch.version, start);
}
}  // namespace

void add_watch_script(Step& step, std::uint8_t owner, ByteView script, ChainHeight start)
{
    add_watch(step, {WatchKind::script, {script.begin(), script.end()}, owner}, start);
}

void add_watch_prefix(Step& step, std::uint8_t owner, ByteView prefix, ChainHeight start)
{
    ENSURE(!prefix.empty());  // Nobody wants every data carrier there is.
    add_watch(step, {WatchKind::prefix, {prefix.begin(), prefix.end()}, owner}, start);
}
}  // namespace engine::bitcoin

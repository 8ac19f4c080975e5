#include "engine/domain/bitcoin/matching.hpp"

#include "engine/bitcoin/data_carrier.hpp"

namespace engine::bitcoin
{
namespace
{
class Matcher
{
    const StateView& m_state;
    ChainHeight m_height;

    void ask(std::uint8_t owner, std::uint32_t version)
    {
        auto& newest = found.owners[owner];
        newest = std::max(newest, version);
    }

public:
    Matches found;

    Matcher(const StateView& state, ChainHeight height) : m_state{state}, m_height{height} {}

    void script(std::uint32_t index, const Bytes& script)
    {
        for_each_from(m_state, kWatches, WatchKey{WatchKind::script, script, 0},
            [&](const WatchKey& key, const Watch& watch) {
                if (key.kind != WatchKind::script || key.pattern != script)
                    return false;
                if (watch.start <= m_height)
                {
                    ask(key.owner, watch.version);
                    found.outputs.push_back({index, key.owner, watch.version});
                }
                return true;
            });
    }

    void data(ByteView data)
    {
        for_each_from(
            m_state, kWatches, WatchKind::prefix, [&](const WatchKey& key, const Watch& watch) {
                const auto size = key.pattern.size();
                if (watch.start <= m_height && data.size() >= size &&
                    equal(data.first(size), key.pattern))
                    ask(key.owner, watch.version);
                return true;
            });
    }

    void input(const OutPoint& previous)
    {
        for_each_from(
            m_state, kOutPoints, previous, [&](const OutPointKey& key, const WatchedOutPoint& row) {
                if (key.outpoint != previous)
                    return false;
                ask(key.owner, row.version);
                return true;
            });
    }
};
}  // namespace

Matches match(const StateView& state, const btc::Transaction& transaction, ChainHeight height)
{
    Matcher matcher{state, height};
    for (std::uint32_t i = 0; i < transaction.outputs.size(); ++i)
    {
        const auto& script = transaction.outputs[i].script_pubkey;
        matcher.script(i, script);
        if (const auto data = btc::data_carrier(script))
            matcher.data(*data);
    }
    for (const auto& input : transaction.inputs)
        matcher.input(input.previous);
    return std::move(matcher.found);
}
}  // namespace engine::bitcoin

#include "engine/runtime/verify_rows.hpp"

#include "engine/base/hex.hpp"
#include "engine/codec/table_codec.hpp"

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

namespace engine
{
namespace
{
std::string row_text(const TableCodec* codec, const std::optional<ByteView>& row)
{
    if (!row)
        return "no row";
    const auto json = codec != nullptr ? codec->row_to_json(*row) : Failure{Invalid{}};
    return json ? boost::json::serialize(*json) : "undecodable 0x" + to_hex(*row);
}

std::string key_text(const TableCodec* codec, ByteView key)
{
    const auto text = codec != nullptr ? codec->key_to_text(key) : Failure{Invalid{}};
    return text ? *text : "0x" + to_hex(key);
}
}  // namespace

Difference row_difference(const RowDifference& row, std::string what)
{
    const auto* codec = table_by_id(row.table);
    Difference out;
    out.table =
        codec != nullptr ? std::string{codec->info.name} : fmt::format("{:#06x}", row.table.value);
    out.key = key_text(codec, row.key);
    out.where = out.key.empty() ? out.table : out.table + " " + out.key;
    out.what = std::move(what);
    out.stored = row_text(codec, row.stored);
    out.computed = row_text(codec, row.live);
    return out;
}

std::string places_text(std::span<const EventPlace> places)
{
    constexpr std::size_t kShown = 8;
    if (places.empty())
        return "no event";
    std::string out = places.size() == 1 ? "event " : "events ";
    for (std::size_t i = 0; i < std::min(places.size(), kShown); ++i)
        out += fmt::format("{}{}.{}", i == 0 ? "" : ", ", places[i].height.value, places[i].index);
    if (places.size() > kShown)
        out += fmt::format(" and {} more", places.size() - kShown);
    return out;
}

void Writers::note(EventPlace place, const Changes& changes)
{
    ++m_events;
    if (m_named_only)
    {
        for (auto& [row, places] : m_rows)
        {
            if (changes.find(row.first, row.second) != nullptr)
                places.push_back(place);
        }
        return;
    }
    for (const auto& change : changes.in_order_of_touch())
        m_rows[{change.table, {change.key.begin(), change.key.end()}}].push_back(place);
}

std::span<const EventPlace> Writers::of(TableId table, ByteView key) const
{
    const auto found = m_rows.find({table, {key.begin(), key.end()}});
    return found == m_rows.end() ? std::span<const EventPlace>{}
                                 : std::span<const EventPlace>{found->second};
}
}  // namespace engine

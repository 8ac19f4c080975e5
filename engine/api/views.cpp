#include "engine/api/views.hpp"

#include "engine/base/hex.hpp"
#include "engine/codec/json.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <charconv>

namespace engine::api
{
namespace json = boost::json;

namespace
{
template <typename Number>
bool parse_whole(std::string_view text, Number& value)
{
    const auto end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stop == end && !text.empty();
}

json::array names(const std::vector<std::string>& list)
{
    json::array out;
    for (const auto& name : list)
        out.emplace_back(name);
    return out;
}
}  // namespace

std::string to_text(EventPlace place)
{
    return fmt::format("{}.{}", place.height.value, place.index);
}

std::optional<EventPlace> parse_place(std::string_view text)
{
    const auto dot = text.find('.');
    EventPlace place;
    if (dot == std::string_view::npos || !parse_whole(text.substr(0, dot), place.height.value) ||
        !parse_whole(text.substr(dot + 1), place.index))
        return std::nullopt;
    return place;
}

json::object header_to_json(const log::BlockHeader& header, const LogBlockHash& hash)
{
    json::object out;
    out["height"] = header.height.value;
    out["hash"] = to_hex(hash.bytes);
    out["previous"] = to_hex(header.previous.bytes);
    out["time_ms"] = header.time.value;
    out["rules"] = header.rules_version.value;
    out["rooted"] = header.rooted;
    out["events_root"] = to_hex(header.events_root.bytes);
    out["results_root"] = to_hex(header.results_root.bytes);
    out["known_root"] = nullptr;
    if (header.known_root)
        out["known_root"] = json::object{{"height", header.known_root->height.value},
            {"root", to_hex(header.known_root->root.bytes)}};
    out["event_count"] = header.event_count;
    return out;
}

json::object event_to_json(
    EventPlace place, const EventHash& hash, log::EventResult result, const Event& event)
{
    json::object out;
    out["place"] = to_text(place);
    out["hash"] = to_hex(hash.bytes);
    out["kind"] = kind_name(event.body);
    out["verdict"] = result.verdict;
    out["effects"] = result.effects;
    out["event"] = to_json(event);
    return out;
}

json::object tables_to_json()
{
    json::array tables;
    for (const auto& table : table_codecs())
        tables.push_back(
            json::object{{"name", json::string{table.info.name}}, {"ordered", table.info.ordered},
                {"key", names(table.key_members)}, {"row", names(table.row_members)}});
    return {{"tables", std::move(tables)}};
}

Result<json::object, Problem> rows_to_json(const StateView& state, const RowsWanted& wanted)
{
    const auto& table = *wanted.table;
    json::array rows;
    json::value next = nullptr;
    std::optional<Invalid> bad;
    state.scan(table.info.id, wanted.from, [&](ByteView key, ByteView row) {
        const auto text = table.key_to_text(key);
        const auto value = table.row_to_json(row);
        if (!text || !value)
            bad = text ? value.error() : text.error();
        else if (rows.size() == wanted.limit)
            next = json::string{*text};
        else
            rows.push_back(json::object{{"key", *text}, {"row", *value}});
        return !bad && next.is_null();
    });
    if (bad)
        return Failure{corrupt(table, *bad)};
    return json::object{{"table", json::string{table.info.name}}, {"height", wanted.height.value},
        {"rows", std::move(rows)}, {"next", std::move(next)}};
}

Result<json::object, Problem> row_to_json(
    const StateView& state, const TableCodec& table, LogHeight height, ByteView key)
{
    const auto text = table.key_to_text(key);
    const auto row = state.get(table.info.id, key);
    if (!row)
        return Failure{Problem{404, "no_such_row", "there is no such row",
            fmt::format("{} has no row {} at height {}", table.info.name,
                text ? *text : to_hex(key), height.value),
            fmt::format("GET /v1/tables/{} lists its rows", table.info.name)}};
    auto value = table.row_to_json(*row);
    if (!text || !value)
        return Failure{corrupt(table, text ? value.error() : text.error())};
    return json::object{{"table", json::string{table.info.name}}, {"key", *text},
        {"height", height.value}, {"row", *std::move(value)}};
}

Problem no_such_table(std::string_view name)
{
    return {404, "no_such_table", "there is no such table", unknown_table(name).what,
        "GET /v1/tables lists them"};
}

Problem bad_parameter(std::string_view name, std::string_view value, std::string_view expected)
{
    return {400, "bad_parameter", "a parameter can't be understood",
        fmt::format("{} is \"{}\"; expected {}", name, value, expected),
        "correct the parameter and ask again"};
}

Problem corrupt(const TableCodec& table, const Invalid& why)
{
    return {500, "state_corrupt", "the state holds what this engine can't have written",
        fmt::format("{}: {}", table.info.name, why.what), "run verify-consistency"};
}
}  // namespace engine::api

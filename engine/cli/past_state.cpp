#include "engine/cli/past_state.hpp"

#include "engine/cli/fold_past.hpp"
#include "engine/runtime/config/error_kinds.hpp"

namespace engine::cli
{
namespace
{
OperatorError undecodable(const TableCodec& table, const Invalid& invalid)
{
    return {errors::kStateFailed, "table " + std::string{table.info.name}, invalid.what,
        "use a version of the program that is at least as new as the one that wrote the log"};
}

using Answer = Result<json::value, OperatorError>;

Answer one_row(const StateView& state, const PastQuery& query)
{
    const auto& table = *query.table;
    const auto row = state.get(table.info.id, *query.key);
    const auto text = table.key_to_text(*query.key);
    const auto shown = text ? *text : std::string{};
    if (!row)
        return Failure{OperatorError{errors::kNotFound, std::string{table.info.name} + " " + shown,
            "there is no such row at height " + std::to_string(query.at.value), {}}};
    auto value = table.row_to_json(*row);
    if (!value)
        return Failure{undecodable(table, value.error())};
    json::object out;
    out["table"] = json::string{table.info.name};
    out["key"] = shown;
    out["height"] = query.at.value;
    out["row"] = *std::move(value);
    return json::value(std::move(out));
}

Answer rows_from(const StateView& state, const PastQuery& query)
{
    const auto& table = *query.table;
    json::array rows;
    json::value next = nullptr;
    std::optional<Invalid> bad;
    const auto visit = [&](ByteView key, ByteView row) {
        auto text = table.key_to_text(key);
        if (!text)
            bad = text.error();
        if (bad || rows.size() == query.limit)
        {
            if (!bad)
                next = json::string{*text};
            return false;
        }
        auto value = table.row_to_json(row);
        if (!value)
        {
            bad = value.error();
            return false;
        }
        json::object shown;
        shown["key"] = *text;
        shown["row"] = *std::move(value);
        rows.push_back(std::move(shown));
        return true;
    };
    state.scan(table.info.id, query.from.value_or(Bytes{}), visit);
    if (bad)
        return Failure{undecodable(table, *bad)};
    json::object out;
    out["table"] = json::string{table.info.name};
    out["height"] = query.at.value;
    out["rows"] = std::move(rows);
    out["next"] = std::move(next);
    return json::value(std::move(out));
}
}  // namespace

Answer show_past(const Options& options, std::ostream& err, const PastQuery& query)
{
    PosixDisk disk;
    const auto past =
        fold_past(options, disk, err, {.label = "fold", .from = query.at, .to = query.at});
    if (!past)
        return Failure{past.error()};
    const auto& state = *past->caught_up.state;
    return query.key ? one_row(state, query) : rows_from(state, query);
}
}  // namespace engine::cli

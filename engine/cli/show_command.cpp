#include "engine/cli/commands.hpp"
#include "engine/cli/node_client.hpp"
#include "engine/cli/past_state.hpp"
#include "engine/cli/rows_view.hpp"
#include "engine/cli/values.hpp"

namespace engine::cli
{
namespace
{
struct Query
{
    const TableCodec* table = nullptr;
    std::optional<Bytes> key;
    std::optional<Bytes> from;
    std::size_t limit = 20;
    std::optional<LogHeight> at;
};

Result<std::optional<Bytes>, OperatorError> parse_key(
    const TableCodec& table, const std::optional<std::string>& text)
{
    if (!text)
        return std::optional<Bytes>{};
    auto key = key_argument(table, *text);
    if (!key)
        return Failure{key.error()};
    return std::optional{*std::move(key)};
}

Result<Query, OperatorError> read_query(const Options& options)
{
    Query query;
    const auto limit = limit_flag(options);
    if (!limit)
        return Failure{limit.error()};
    query.limit = *limit;
    const auto at = height_flag(options, "at");
    if (!at)
        return Failure{at.error()};
    query.at = *at;
    if (options.arguments.empty())
        return query;
    const auto table = table_argument(options.arguments[0]);
    if (!table)
        return Failure{table.error()};
    query.table = *table;
    // A table with a single row is shown as that row.
    const bool single = query.table->key_members.empty();
    const auto text = options.arguments.size() > 1 ? std::optional{options.arguments[1]}
                      : single                     ? std::optional{std::string{}}
                                                   : std::nullopt;
    auto key = parse_key(*query.table, text);
    if (!key)
        return Failure{key.error()};
    auto from = parse_key(*query.table, options.flag("from"));
    if (!from)
        return Failure{from.error()};
    query.key = *std::move(key);
    query.from = *std::move(from);
    return query;
}

using Answer = Result<json::value, OperatorError>;

std::string key_text(const TableCodec& table, ByteView key)
{
    const auto text = table.key_to_text(key);
    return text ? *text : std::string{};
}

Answer ask_node(const Options& options, const Query& query)
{
    const auto endpoint = NodeClient::endpoint_of(options);
    if (!endpoint)
        return Failure{endpoint.error()};
    NodeClient node{*endpoint};
    if (!query.table)
        return node.get("/v1/tables");
    const auto path = "/v1/tables/" + std::string{query.table->info.name};
    if (query.key && query.table->key_members.empty())
        return node.get(path);
    if (query.key)
        return node.get(path + "/" + path_segment(key_text(*query.table, *query.key)));
    HttpFields fields{{"limit", std::to_string(query.limit)}};
    if (query.from)
        fields.emplace_back("from", key_text(*query.table, *query.from));
    return node.get(path, fields);
}

// A table with a single row comes as rows; people want the row.
json::value first_row(const json::value& answer)
{
    json::object out;
    out["table"] = text_at(answer, "table").value_or("");
    out["key"] = "";
    out["height"] = number_at(answer, "height").value_or(0);
    const auto* rows = member_at(answer, "rows");
    if (rows && rows->is_array() && !rows->as_array().empty())
        out["row"] = *member_at(rows->as_array().front(), "row");
    else
        out["row"] = nullptr;
    return out;
}

void print(const Options& options, const Query& query, const json::value& answer, std::ostream& out)
{
    if (!query.table)
        print_tables(options, answer, out);
    else if (query.key)
        print_row(options, member_at(answer, "rows") ? first_row(answer) : answer, out);
    else
        print_rows(options, answer, out);
}
}  // namespace

int run_show(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto query = read_query(options);
    if (!query)
        return fail(options, err, query.error());
    const auto past = [&]() -> Answer {
        if (!query->table)
            return known_tables();
        return show_past(options, err,
            {.at = *query->at,
                .table = query->table,
                .key = query->key,
                .from = query->from,
                .limit = query->limit});
    };
    const auto answer = query->at ? past() : ask_node(options, *query);
    if (!answer)
        return fail(options, err, answer.error());
    print(options, *query, *answer, out);
    return kExitYes;
}
}  // namespace engine::cli

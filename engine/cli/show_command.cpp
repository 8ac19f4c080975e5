#include "engine/cli/commands.hpp"
#include "engine/cli/node_client.hpp"
#include "engine/cli/past_state.hpp"
#include "engine/cli/rows_view.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/codec/table_codec.hpp"
#include "engine/runtime/config/error_kinds.hpp"

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

OperatorError bad_flag(std::string_view flag, const std::string& value, std::string wanted)
{
    return {errors::kBadFlag, "--" + std::string{flag},
        "\"" + value + "\" is no " + std::move(wanted), {}};
}

Result<std::optional<Bytes>, OperatorError> parse_key(
    const TableCodec& table, const std::optional<std::string>& text)
{
    if (!text)
        return std::optional<Bytes>{};
    auto key = table.parse_key(*text);
    if (!key)
        return Failure{OperatorError{errors::kBadArgument, *text, key.error().what,
            "engine show " + std::string{table.info.name} + " shows the form of its keys"}};
    return std::optional{*std::move(key)};
}

std::optional<OperatorError> read_numbers(const Options& options, Query& query)
{
    if (const auto text = options.flag("limit"))
    {
        const auto limit = cli::parse_number(*text);
        if (!limit || *limit == 0 || *limit > 1000)
            return bad_flag("limit", *text, "number from 1 to 1000");
        query.limit = *limit;
    }
    if (const auto text = options.flag("at"))
    {
        const auto height = cli::parse_number(*text);
        if (!height)
            return bad_flag("at", *text, "height of the log");
        query.at = LogHeight{*height};
    }
    return std::nullopt;
}

Result<Query, OperatorError> read_query(const Options& options)
{
    Query query;
    if (auto error = read_numbers(options, query))
        return Failure{std::move(*error)};
    if (options.arguments.empty())
        return query;
    const auto& name = options.arguments[0];
    query.table = table_by_name(name);
    if (!query.table)
        return Failure{OperatorError{
            errors::kBadArgument, name, unknown_table(name).what, "all tables: engine show"}};
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

#include "engine/base/hex.hpp"
#include "engine/codec/table_codec.hpp"
#include "engine/runtime/api_context.hpp"
#include "engine/runtime/api_json.hpp"
#include "engine/store/checkpoint.hpp"

#include <fmt/format.h>

namespace engine::api
{
namespace
{
constexpr std::uint64_t kLimitStandard = 20;
constexpr std::uint64_t kLimitMost = 1000;
constexpr std::size_t kPageBytes = std::size_t{1} << 20;  // Of stored rows: a page ends with it.

json::array names(const std::vector<std::string>& list)
{
    json::array out;
    for (const auto& name : list)
        out.push_back(text(name));
    return out;
}

json::object describe_table(const TableCodec& codec)
{
    json::object out;
    out["name"] = text(codec.info.name);
    out["id"] = codec.info.id.value;
    out["ordered"] = codec.info.ordered;
    out["key"] = names(codec.key_members);
    out["row"] = names(codec.row_members);
    return out;
}

void get_tables(const Exchange& exchange)
{
    json::array list;
    for (const auto& codec : table_codecs())
        list.push_back(describe_table(codec));
    json::object out;
    out["tables"] = std::move(list);
    exchange->respond(json_response(out));
}

HttpResponse undecodable(const TableCodec& table, const Invalid& invalid)
{
    return to_response({500, "state-corrupt", "a row can't be decoded",
        std::string{table.info.name} + ": " + invalid.what, "run verify-consistency"});
}

HttpResponse one_row(const DurableView& view, const TableCodec& table, const Bytes& key)
{
    const auto key_text = table.key_to_text(key);
    const auto shown = key_text ? *key_text : to_hex(key);
    const auto row = view.state.get(table.info.id, key);
    if (!row)
        return to_response(not_found("row-absent",
            fmt::format("{} has no row under {} at height {}", table.info.name, shown,
                view.header.height.value),
            fmt::format("/v1/tables/{} lists its rows", table.info.name)));
    auto value = table.row_to_json(*row);
    if (!value)
        return undecodable(table, value.error());
    json::object out;
    out["table"] = text(table.info.name);
    out["key"] = text(shown);
    out["height"] = view.header.height.value;
    out["row"] = *std::move(value);
    return json_response(out);
}

/// Rows of a table in the order of their keys, until the page is full.
class Page
{
    const TableCodec& m_table;
    std::uint64_t m_limit;
    std::size_t m_bytes = 0;
    json::array m_rows;
    json::value m_next = nullptr;
    std::optional<Invalid> m_bad;

public:
    Page(const TableCodec& table, std::uint64_t limit) : m_table{table}, m_limit{limit} {}

    /// Whether the page takes a row after this one.
    bool add(ByteView key, ByteView row)
    {
        const auto key_text = m_table.key_to_text(key);
        if (!key_text)
            return stop(key_text.error());
        if (m_rows.size() == m_limit || m_bytes > kPageBytes)
        {
            m_next = text(*key_text);
            return false;
        }
        const auto value = m_table.row_to_json(row);
        if (!value)
            return stop(value.error());
        json::object shown;
        shown["key"] = text(*key_text);
        shown["row"] = *value;
        m_rows.push_back(std::move(shown));
        m_bytes += key.size() + row.size();
        return true;
    }

    HttpResponse response(LogHeight height)
    {
        if (m_bad)
            return undecodable(m_table, *m_bad);
        json::object out;
        out["table"] = text(m_table.info.name);
        out["height"] = height.value;
        out["rows"] = std::move(m_rows);
        out["next"] = std::move(m_next);
        return json_response(out);
    }

private:
    bool stop(const Invalid& why)
    {
        m_bad = why;
        return false;
    }
};

template <typename Rows>
HttpResponse rows_from(const Rows& rows, LogHeight height, const TableCodec& table,
    const Bytes& from, std::uint64_t limit)
{
    Page page{table, limit};
    rows.scan(table.info.id, from, [&](ByteView key, ByteView row) { return page.add(key, row); });
    return page.response(height);
}

const TableCodec* find_table(const HttpRequest& request, const Exchange& exchange)
{
    const auto name = parameter(request, "table");
    const auto* codec = table_by_name(name);
    if (codec == nullptr)
        refuse(exchange,
            not_found("unknown-table", unknown_table(name).what, "/v1/tables lists the tables"));
    return codec;
}

std::optional<Bytes> read_key(
    const TableCodec& codec, std::string_view given, const Exchange& exchange)
{
    auto parsed = codec.parse_key(given);
    if (parsed)
        return *std::move(parsed);
    refuse(exchange, bad_request("bad-key", parsed.error().what,
                         fmt::format("/v1/tables/{} shows the form of its keys", codec.info.name)));
    return std::nullopt;
}

/// A table without order is listed from RocksDB, which has one: nothing is collected, and folding
/// goes on meanwhile.
void get_stored_rows(const Context& m, const TableCodec& codec, const Bytes& from,
    std::uint64_t limit, const Exchange& exchange)
{
    m.parts.node.read_stored(
        [&codec, from, limit, exchange](const RowSource& rows, LogHeight at) {
            try
            {
                exchange->respond(rows_from(rows, at, codec, from, limit));
            }
            catch (const StoreFailure& failure)
            {
                refuse(exchange, internal(from_store(failure.error())));
            }
        },
        [exchange](const OperatorError& error) { refuse(exchange, internal(error)); });
}

void get_rows(const Context& m, const HttpRequest& request, const Exchange& exchange)
{
    const auto* codec = find_table(request, exchange);
    if (codec == nullptr)
        return;
    const auto limit =
        number(find_field(request.query, "limit").value_or(std::to_string(kLimitStandard)));
    if (!limit || *limit == 0 || *limit > kLimitMost)
        return refuse(exchange,
            bad_request("bad-limit", "limit is a number from 1 to 1000", "leave it out to get 20"));
    Bytes from;
    if (const auto given = find_field(request.query, "from"))
    {
        auto parsed = read_key(*codec, *given, exchange);
        if (!parsed)
            return;
        from = *std::move(parsed);
    }
    if (!codec->info.ordered)
        return get_stored_rows(m, *codec, from, *limit, exchange);
    m.read([codec, from = std::move(from), limit, exchange](const DurableView& view) {
        exchange->respond(rows_from(view.state, view.header.height, *codec, from, *limit));
    });
}

void get_row(const Context& m, const HttpRequest& request, const Exchange& exchange)
{
    const auto* codec = find_table(request, exchange);
    if (codec == nullptr)
        return;
    auto parsed = read_key(*codec, parameter(request, "key"), exchange);
    if (!parsed)
        return;
    m.read([codec, wanted = *std::move(parsed), exchange](
               const DurableView& view) { exchange->respond(one_row(view, *codec, wanted)); });
}

json::object proof_answer(const Context& m, const Node::SealedProof& made)
{
    const auto& constants = m.parts.node.constants();
    json::object out;
    out["height"] = made.seal.height.value;
    out["root"] = text(to_hex(made.seal.root.bytes));
    out["proof"] = text(to_hex(encode_proof(made.proof)));
    out["seal"] = text(to_hex(log::encode_seal(made.seal)));
    out["sequencer"] = text(to_hex(std::get<access::Genesis>(constants.modules).sequencer.bytes));
    out["genesis"] = text(to_hex(m.parts.node.genesis_id().bytes));
    return out;
}

void get_proof(const SharedContext& m, const HttpRequest& request, const Exchange& exchange)
{
    const auto* codec = find_table(request, exchange);
    if (codec == nullptr)
        return;
    const auto shown = parameter(request, "key");
    auto parsed = read_key(*codec, shown, exchange);
    if (!parsed)
        return;
    m->parts.node.prove(codec->info.id, *parsed,
        [m, codec, shown, exchange](const Result<Node::SealedProof, OperatorError>& made) {
            if (!made)
                return refuse(exchange, internal(made.error()));
            auto out = proof_answer(*m, *made);
            out["table"] = text(codec->info.name);
            out["key"] = text(shown);
            exchange->respond(json_response(out));
        });
}

void post_checkpoint(const Context& m, const Exchange& exchange)
{
    const auto all = checkpoints_path(m.parts.data_directory);
    m.parts.node.checkpoint([all, exchange](const Result<StateMark, OperatorError>& made) {
        if (!made)
            return refuse(exchange, internal(made.error()));
        json::object out;
        out["height"] = made->height.value;
        out["root"] = text(to_hex(made->root.bytes));
        out["hash"] = text(to_hex(made->block_hash.bytes));
        out["rows"] = made->rows;
        out["directory"] = text(checkpoint_directory(all, made->height));
        exchange->respond(json_response(out));
    });
}
}  // namespace

Routes state_routes(const SharedContext& context)
{
    const auto on = [context](void (*handle)(const Context&, const HttpRequest&, const Exchange&)) {
        return [context, handle](const HttpRequest& request, const Exchange& exchange) {
            handle(*context, request, exchange);
        };
    };
    const auto proof = [context](const HttpRequest& request, const Exchange& exchange) {
        get_proof(context, request, exchange);
    };
    return {{"GET", "/v1/tables",
                [](const HttpRequest&, const Exchange& exchange) { get_tables(exchange); }},
        {"GET", "/v1/tables/{table}", on(&get_rows)},
        {"GET", "/v1/tables/{table}/{key}", on(&get_row)},
        {"GET", "/v1/proof/{table}", proof},  // Of a table with a single row.
        {"GET", "/v1/proof/{table}/{key}", proof},
        {"POST", "/v1/checkpoint",
            [context](const HttpRequest&, const Exchange& exchange) {
                post_checkpoint(*context, exchange);
            },
            kCheckpointAnswerMs}};
}
}  // namespace engine::api

#include "engine/cli/rows_view.hpp"

#include "engine/cli/event_view.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/term/table.hpp"
#include "engine/codec/table_codec.hpp"

#include <fmt/format.h>

namespace engine::cli
{
namespace
{
std::string joined(const json::value* list)
{
    std::string out;
    if (list && list->is_array())
    {
        for (const auto& item : list->as_array())
            out += (out.empty() ? "" : " ") + as_cell(item);
    }
    return out;
}

// Long hexadecimal is shortened for people.
std::string cell(const json::value& value, bool shorten)
{
    const auto text = as_cell(value);
    const bool is_hex =
        text.size() >= 40 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
    return is_hex ? short_id(text, shorten) : text;
}

Align align_of(const json::value& value)
{
    return value.is_number() ? Align::right : Align::left;
}

json::array strings(const std::vector<std::string>& list)
{
    json::array out;
    for (const auto& item : list)
        out.push_back(json::string{item});
    return out;
}
}  // namespace

void print_tables(const Options& options, const json::value& answer, std::ostream& out)
{
    if (options.json)
        return write_line(out, answer);
    Table table;
    table.column("table").column("key").column("row");
    if (const auto* list = member_at(answer, "tables"); list && list->is_array())
    {
        for (const auto& item : list->as_array())
            table.add({text_at(item, "name").value_or("?"), joined(member_at(item, "key")),
                joined(member_at(item, "row"))});
    }
    table.write(out);
}

void print_rows(const Options& options, const json::value& answer, std::ostream& out)
{
    if (options.json)
        return write_line(out, answer);
    const auto* rows = member_at(answer, "rows");
    const auto name = text_at(answer, "table").value_or("?");
    const auto height = grouped(number_at(answer, "height").value_or(0));
    if (!rows || !rows->is_array() || rows->as_array().empty())
    {
        out << name << " has no rows at height " << height << "\n";
        return;
    }
    Table table;
    table.column("key");
    const auto* first = member_at(rows->as_array().front(), "row");
    if (first && first->is_object())
    {
        for (const auto& member : first->as_object())
            table.column({member.key().data(), member.key().size()}, align_of(member.value()));
    }
    const auto width = first && first->is_object() ? first->as_object().size() : 0;
    const bool shorten = options.terminal.out_is_terminal;
    for (const auto& item : rows->as_array())
    {
        // A key is whole: it is what the next command takes.
        std::vector<std::string> cells{text_at(item, "key").value_or("")};
        if (const auto* row = member_at(item, "row"); row && row->is_object())
        {
            for (const auto& member : row->as_object())
                cells.push_back(cell(member.value(), shorten));
        }
        cells.resize(width + 1);
        table.add(std::move(cells));
    }
    table.write(out);
    const auto count = rows->as_array().size();
    out << fmt::format("{} row{} of {} at height {}", count, count == 1 ? "" : "s", name, height);
    if (const auto next = text_at(answer, "next"))
        out << "; more: --from " << *next;
    out << "\n";
}

void print_row(const Options& options, const json::value& answer, std::ostream& out)
{
    if (options.json)
        return write_line(out, answer);
    const auto key = text_at(answer, "key").value_or("");
    out << text_at(answer, "table").value_or("?") << (key.empty() ? "" : " ") << key
        << " at height " << grouped(number_at(answer, "height").value_or(0)) << "\n";
    const auto* row = member_at(answer, "row");
    if (!row || !row->is_object())
        return;
    Table table;
    table.column("").column("");
    for (const auto& member : row->as_object())
    {
        const bool is_deep = member.value().is_object() || member.value().is_array();
        table.add({std::string{member.key()},
            is_deep ? json::serialize(member.value()) : as_cell(member.value())});
    }
    table.write(out, "  ");
}

json::value known_tables()
{
    json::array tables;
    for (const auto& codec : table_codecs())
    {
        json::object table;
        table["name"] = json::string{codec.info.name};
        table["id"] = codec.info.id.value;
        table["ordered"] = codec.info.ordered;
        table["key"] = strings(codec.key_members);
        table["row"] = strings(codec.row_members);
        tables.push_back(std::move(table));
    }
    json::object answer;
    answer["tables"] = std::move(tables);
    return answer;
}
}  // namespace engine::cli

#include "engine/cli/term/table.hpp"

#include "engine/base/check.hpp"

#include <algorithm>

namespace engine::cli
{
namespace
{
// Continuation bytes of UTF-8 take no column of their own.
std::size_t width_of(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(),
        [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width, Align align)
{
    const std::string space(width - width_of(text), ' ');
    return align == Align::left ? text + space : space + text;
}
}  // namespace

Table& Table::column(std::string name, Align align)
{
    ENSURE(m_rows.empty());
    m_columns.push_back({std::move(name), align});
    return *this;
}

void Table::add(std::vector<std::string> cells)
{
    ENSURE(cells.size() == m_columns.size());
    m_rows.push_back(std::move(cells));
}

void Table::write(std::ostream& out, std::string_view indent) const
{
    std::vector<std::string> names;
    std::vector<std::size_t> widths;
    for (const auto& column : m_columns)
    {
        names.push_back(column.name);
        widths.push_back(width_of(column.name));
    }
    for (const auto& row : m_rows)
    {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width_of(row[i]));
    }
    const auto write_row = [&](const std::vector<std::string>& cells) {
        std::string line{indent};
        for (std::size_t i = 0; i < cells.size(); ++i)
            line += (i > 0 ? "  " : "") + padded(cells[i], widths[i], m_columns[i].align);
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << '\n';
    };
    const bool named = std::any_of(
        names.begin(), names.end(), [](const std::string& name) { return !name.empty(); });
    if (named)
        write_row(names);
    for (const auto& row : m_rows)
        write_row(row);
}
}  // namespace engine::cli

#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace engine::cli
{
enum class Align
{
    left,
    right,
};

/// Rows under columns, two spaces between them, as wide as their widest cell. Widths are counted in
/// characters of UTF-8. No line ends in spaces.
class Table
{
    struct Column
    {
        std::string name;
        Align align = Align::left;
    };

    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;

public:
    /// Columns come before rows. When no column has a name, no line of names is written.
    Table& column(std::string name, Align align = Align::left);

    /// As many cells as there are columns.
    void add(std::vector<std::string> cells);

    bool empty() const { return m_rows.empty(); }
    void write(std::ostream& out, std::string_view indent = "") const;
};
}  // namespace engine::cli

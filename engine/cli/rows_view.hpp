#pragma once

#include "engine/cli/command.hpp"
#include "engine/cli/json.hpp"

#include <ostream>

/// Tables, rows and one row, in the form that the HTTP API has for them, for people or programs.
/// What comes from a node and what is folded here is printed by the same functions.
namespace engine::cli
{
/// {"tables":[{"name":...,"ordered":...,"key":[...],"row":[...]}]}
void print_tables(const Options& options, const json::value& answer, std::ostream& out);

/// {"table":...,"height":...,"rows":[{"key":...,"row":{...}}],"next":...}
void print_rows(const Options& options, const json::value& answer, std::ostream& out);

/// {"table":...,"key":...,"height":...,"row":{...}}
void print_row(const Options& options, const json::value& answer, std::ostream& out);

/// The answer to "which tables are there", from the table of tables that this program knows.
json::value known_tables();
}  // namespace engine::cli

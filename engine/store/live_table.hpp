#pragma once

#include "engine/core/table.hpp"
#include "engine/store/hash_index.hpp"
#include "engine/store/ordered_index.hpp"
#include "engine/store/row_slabs.hpp"

namespace engine
{
/// The rows of a table that are in memory, by key and, in an ordered table, in key order.
///
/// The ordered index has the rows that were put by the fold and the absences that hide a row of the
/// source. What was only fetched is in the source, where a scan finds it.
struct LiveTable
{
    TableInfo info;
    HashIndex rows;
    OrderedIndex order;
};
}  // namespace engine

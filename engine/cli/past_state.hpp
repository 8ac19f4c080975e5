#pragma once

#include "engine/base/result.hpp"
#include "engine/base/types.hpp"
#include "engine/cli/command.hpp"
#include "engine/cli/json.hpp"
#include "engine/codec/table_codec.hpp"

#include <ostream>

namespace engine::cli
{
/// Rows of a table as of a height.
struct PastQuery
{
    LogHeight at;
    const TableCodec* table = nullptr;
    std::optional<Bytes> key;   ///< One row.
    std::optional<Bytes> from;  ///< Rows from this key on.
    std::size_t limit = 20;
};

/// Folds the log up to a height, from the nearest checkpoint, beside a running node or without one,
/// and answers as the HTTP API does. Writes nothing into the data directory. Progress goes to
/// `err`.
Result<json::value, OperatorError> show_past(
    const Options& options, std::ostream& err, const PastQuery& query);
}  // namespace engine::cli

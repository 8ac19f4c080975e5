#pragma once

#include "engine/base/result.hpp"
#include "engine/base/types.hpp"
#include "engine/cli/command.hpp"
#include "engine/codec/table_codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Values of flags and arguments that several commands take. Each error says which one it is.
namespace engine::cli
{
Result<std::optional<LogHeight>, OperatorError> height_flag(
    const Options& options, std::string_view name);

/// An argument that is a height.
Result<LogHeight, OperatorError> height_argument(const std::string& text);

/// --limit: how many rows are shown, 1 to 1000; 20 without it.
Result<std::size_t, OperatorError> limit_flag(const Options& options);

/// A table by its name; the nearest is offered for one that is not there.
Result<const TableCodec*, OperatorError> table_argument(const std::string& name);

/// A key of a table, encoded.
Result<Bytes, OperatorError> key_argument(const TableCodec& table, const std::string& text);
}  // namespace engine::cli

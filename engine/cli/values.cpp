#include "engine/cli/values.hpp"

#include "engine/cli/term/numbers.hpp"
#include "engine/runtime/config/error_kinds.hpp"

namespace engine::cli
{
Result<std::optional<LogHeight>, OperatorError> height_flag(
    const Options& options, std::string_view name)
{
    const auto text = options.flag(name);
    if (!text)
        return std::optional<LogHeight>{};
    const auto number = parse_number(*text);
    if (!number)
        return Failure{OperatorError{errors::kBadFlag, "--" + std::string{name},
            "\"" + *text + "\" is no height of the log", {}}};
    return std::optional{LogHeight{*number}};
}

Result<LogHeight, OperatorError> height_argument(const std::string& text)
{
    const auto number = parse_number(text);
    if (!number)
        return Failure{OperatorError{errors::kBadArgument, text, "it is no height of the log", {}}};
    return LogHeight{*number};
}

Result<std::size_t, OperatorError> limit_flag(const Options& options)
{
    constexpr std::size_t kStandard = 20;
    const auto text = options.flag("limit");
    if (!text)
        return kStandard;
    const auto limit = parse_number(*text);
    if (!limit || *limit == 0 || *limit > 1000)
        return Failure{OperatorError{
            errors::kBadFlag, "--limit", "\"" + *text + "\" is no number from 1 to 1000", {}}};
    return std::size_t{*limit};
}

Result<const TableCodec*, OperatorError> table_argument(const std::string& name)
{
    const auto* table = table_by_name(name);
    if (!table)
        return Failure{OperatorError{
            errors::kBadArgument, name, unknown_table(name).what, "all tables: engine show"}};
    return table;
}

Result<Bytes, OperatorError> key_argument(const TableCodec& table, const std::string& text)
{
    auto key = table.parse_key(text);
    if (!key)
        return Failure{OperatorError{errors::kBadArgument, text, key.error().what,
            "engine show " + std::string{table.info.name} + " shows the form of its keys"}};
    return *std::move(key);
}
}  // namespace engine::cli

#include "engine/domain/access/invariants.hpp"

#include "engine/core/read.hpp"
#include "engine/domain/access/state.hpp"

namespace engine::access
{
namespace
{
std::optional<std::string> compare(std::int64_t rows, std::int64_t counted, bool has_genesis)
{
    if (rows == counted && (counted > 0 || !has_genesis))
        return std::nullopt;
    return "active operators " + std::to_string(rows) + ", counted " + std::to_string(counted);
}
}  // namespace

std::optional<std::string> operators_are_counted_delta(
    const StateView& before, const Changes& changes)
{
    const auto counted_before = get(before, kParameters).operators;
    std::int64_t counted = counted_before;
    std::int64_t rows = counted_before;  // The law held before.
    bool has_genesis = before.get(kParameters.id, {}).has_value();
    for_each_change(changes, kParameters,
        [&](Unit, const std::optional<Parameters>&, const std::optional<Parameters>& after) {
            counted = after ? after->operators : 0;
            has_genesis = after.has_value();
        });
    for_each_change(changes, kOperators,
        [&](const PublicKey&, const std::optional<Operator>& old,
            const std::optional<Operator>& now) {
            rows += int{now && now->active} - int{old && old->active};
        });
    return compare(rows, counted, has_genesis);
}

std::optional<std::string> operators_are_counted(const StateView& state)
{
    std::int64_t rows = 0;
    for_all(state, kOperators, [&](const PublicKey&, const Operator& row) { rows += row.active; });
    const bool has_genesis = state.get(kParameters.id, {}).has_value();
    return compare(rows, get(state, kParameters).operators, has_genesis);
}
}  // namespace engine::access

#pragma once

#include "engine/core/law.hpp"
#include "engine/core/table.hpp"

#include <array>
#include <tuple>
#include <variant>
#include <vector>

namespace engine
{
namespace detail
{
template <typename M>
concept HasGenesis = requires
{
    typename M::Genesis;
};

template <typename M>
constexpr auto genesis_part()
{
    if constexpr (HasGenesis<M>)
        return std::tuple<typename M::Genesis>{};
    else
        return std::tuple<>{};
}
}  // namespace detail

/// The modules of an engine, in their order. A module is a struct with
///
///     kName, kNumber           its name, and the high byte of its tables and codes
///     Event                    the variant of its events
///     tables()                 its tables, typed, as a tuple
///     kLaws                    an array of Law
///
/// and, where it has them,
///
///     Genesis, on_genesis(step, genesis)      its part of the genesis event
///     on_deadline(step, table, key)           a deadline of one of its tables is due
///     on_chain(step, change)                  the best chain of Bitcoin changed
///     on_effect(step, id)                     an event of the outbox has moved an effect
///
/// Beside the transition of a kind of event there may be validate (engine/codec/validate.hpp), and
/// claims and touches (engine/fold/ahead.hpp).
template <typename... M>
struct ModuleList
{
    /// One part per module that has one; std::get<peg::Genesis>(genesis) finds it.
    using Genesis = decltype(std::tuple_cat(detail::genesis_part<M>()...));

    template <typename... Own>
    using Body = std::variant<Own..., typename M::Event...>;

    template <template <typename...> typename To>
    using As = To<M...>;

    /// Calls f.operator()<M>() for each module, in order.
    template <typename F>
    static constexpr void for_each(F&& f)
    {
        (f.template operator()<M>(), ...);
    }

    static std::vector<TableInfo> tables()
    {
        std::vector<TableInfo> out;
        const auto add = [&](const auto&... table) { (out.push_back(info(table)), ...); };
        (std::apply(add, M::tables()), ...);
        return out;
    }

    static std::vector<Law> laws()
    {
        std::vector<Law> out;
        (out.insert(out.end(), M::kLaws.begin(), M::kLaws.end()), ...);
        return out;
    }
};
}  // namespace engine

#pragma once

#include "engine/core/deadlines.hpp"
#include "engine/core/law.hpp"
#include "engine/domain/access/invariants.hpp"
#include "engine/domain/access/state.hpp"
#include "engine/domain/access/transition.hpp"

#include <array>

namespace engine::access
{
/// The face of this module to the fold, the tools and the tests. The deadlines of all modules are
/// listed with its tables.
struct Module
{
    static constexpr std::string_view kName = "access";
    static constexpr std::uint8_t kNumber = 1;

    using Event = access::Event;
    using Genesis = access::Genesis;

    static constexpr auto tables()
    {
        return std::tuple{kDeadlines, kParameters, kOperators, kSources, kRules};
    }

    static constexpr std::array kLaws{
        Law{"access.operators_are_counted", operators_are_counted_delta, operators_are_counted},
    };

    static Verdict on_genesis(Step& step, const Genesis& genesis)
    {
        return access::on_genesis(step, genesis);
    }
};
}  // namespace engine::access

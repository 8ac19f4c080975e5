#pragma once

#include "tests/access/fold_alone.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace engine::test
{
using Attempt = std::function<Outcome(FoldAlone&)>;

/// A reason to say no, what meets it, and the nearest thing that doesn't.
struct Refusal
{
    Reject reason;
    std::string_view what;
    Attempt refused;
    Attempt passes;
};

/// One row or more for each reason that access knows, in the order of the reasons.
std::vector<Refusal> refusals_of_authors();  ///< Who may say what, and when.
std::vector<Refusal> refusals_of_events();   ///< What an operator may order.
std::vector<Refusal> refusals_of_genesis();  ///< Each attempt begins a log of its own.
std::vector<Refusal> what_stays_outside();   ///< Duplicates, gaps, rates.
}  // namespace engine::test

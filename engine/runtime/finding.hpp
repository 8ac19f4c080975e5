#pragma once

#include "engine/base/types.hpp"

#include <string>

namespace engine
{
/// Something that a log says and the rules don't bear out: a corrupt or forged log, or a defect.
struct Finding
{
    EventPlace place;
    std::string what;      ///< "the verdict differs"
    std::string recorded;  ///< What the log has.
    std::string computed;  ///< What the fold gives.

    /// The log goes on by rules that this version of the engine doesn't have: nothing is known to
    /// be wrong with it.
    bool newer = false;
};

/// "event 17.3: the verdict differs: recorded 0, computed 0x0302 (peg-foreign-address)"
std::string to_string(const Finding& finding);
}  // namespace engine

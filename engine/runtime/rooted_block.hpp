#pragma once

#include "engine/base/types.hpp"

namespace engine
{
/// A rooted block: where it is, which it is, and its state.
struct RootedBlock
{
    LogHeight height;
    LogBlockHash hash;
    StateRoot root;

    friend bool operator==(const RootedBlock&, const RootedBlock&) = default;
};
}  // namespace engine

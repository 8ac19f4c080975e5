#pragma once

#include "engine/core/module_list.hpp"
#include "engine/domain/access/module.hpp"
#include "engine/domain/bitcoin/module.hpp"
#include "engine/domain/outbox/module.hpp"
#include "engine/domain/peg/module.hpp"
#include "engine/domain/probe/module.hpp"

namespace engine
{
/// Every module of the engine, in the order in which chain changes reach them. A new module is one
/// line here.
using Modules =
    ModuleList<access::Module, bitcoin::Module, outbox::Module, peg::Module, probe::Module>;
}  // namespace engine

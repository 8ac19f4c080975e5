#include "adapters/system/keep_private.hpp"
#include "engine/cli/commands.hpp"

#include <iostream>

int main(int argc, char** argv)
{
    using namespace engine::cli;
    engine::forbid_core_dumps();  // Passwords and tokens are in this memory.
    return run_program(replay_program(), this_invocation(argc, argv), std::cout, std::cerr);
}

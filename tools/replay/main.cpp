#include "adapters/system/keep_private.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/sudden_end.hpp"

#include <iostream>

int main(int argc, char** argv)
{
    using namespace engine::cli;
    name_sudden_ends(argc, argv);
    engine::forbid_core_dumps();  // Passwords and tokens are in this memory.
    return run_program(replay_program(), this_invocation(argc, argv), std::cout, std::cerr);
}

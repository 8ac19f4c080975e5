#include "engine/cli/commands.hpp"

#include <iostream>

int main(int argc, char** argv)
{
    using namespace engine::cli;
    return run_program(verify_program(), this_invocation(argc, argv), std::cout, std::cerr);
}

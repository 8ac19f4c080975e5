#include "adapters/system/process.hpp"

#include <unistd.h>

namespace engine
{
std::string describe_process(std::string_view command)
{
    return "process " + std::to_string(::getpid()) + " (" + std::string{command} + ")";
}
}  // namespace engine

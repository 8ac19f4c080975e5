#pragma once

#include <string>
#include <string_view>

namespace engine
{
/// This process as others may know it: "process 1234 (engine run)".
std::string describe_process(std::string_view command);
}  // namespace engine

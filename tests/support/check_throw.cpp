#include "engine/base/check.hpp"

#include <stdexcept>
#include <string>

namespace engine
{
void contract_failed(const char* expression, const char* file, int line)
{
    throw std::logic_error{std::string{file} + ":" + std::to_string(line) + ": " + expression};
}

void state_corrupted(std::string_view table)
{
    throw std::runtime_error{"corrupt row in table " + std::string{table}};
}
}  // namespace engine

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace engine::cli
{
/// What is known of the two streams that a command writes to.
struct Terminal
{
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    bool colour = false;  ///< Never when NO_COLOR is set or TERM is dumb.
    std::size_t width = 80;
};

/// Asks the operating system about standard output and standard error.
Terminal this_terminal();

/// Colour carries verdicts only, and never alone: the text says the same.
enum class Tone
{
    good,
    bad,
    doubtful,
};
std::string painted(const Terminal& terminal, Tone tone, std::string_view text);
}  // namespace engine::cli

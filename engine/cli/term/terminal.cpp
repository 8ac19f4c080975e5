#include "engine/cli/term/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>
#include <cstdlib>

namespace engine::cli
{
namespace
{
bool wants_colour()
{
    const auto* off = std::getenv("NO_COLOR");
    const auto* kind = std::getenv("TERM");
    const bool is_off = off != nullptr && *off != '\0';
    return !is_off && kind != nullptr && std::string_view{kind} != "dumb";
}
}  // namespace

Terminal this_terminal()
{
    Terminal terminal;
    terminal.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
    terminal.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
    terminal.colour = terminal.out_is_terminal && wants_colour();
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        terminal.width = size.ws_col;
    return terminal;
}

std::string painted(const Terminal& terminal, Tone tone, std::string_view text)
{
    if (!terminal.colour)
        return std::string{text};
    const char* code = "33";
    if (tone == Tone::good)
        code = "32";
    else if (tone == Tone::bad)
        code = "31";
    return "\x1b[" + std::string{code} + "m" + std::string{text} + "\x1b[0m";
}
}  // namespace engine::cli

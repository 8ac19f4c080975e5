#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

/// Log lines: a level, a part of the program, a sentence, and fields with types. The text names
/// what happened and is the same every time; numbers and ids are fields. Secrets have no business
/// here: there is no overload for SecretKey, and none may be made into text.
namespace engine
{
class Clock;
}

namespace engine::logging
{
enum class Level : std::uint8_t
{
    trace,
    debug,
    info,
    warning,
    error,
};

using Value = std::variant<std::int64_t, std::uint64_t, bool, std::string>;

struct LogField
{
    std::string_view name;
    Value value;

    LogField(std::string_view n, std::string_view text) : name{n}, value{std::string{text}} {}
    LogField(std::string_view n, const std::string& text) : name{n}, value{text} {}
    LogField(std::string_view n, const char* text) : name{n}, value{std::string{text}} {}
    LogField(std::string_view n, bool flag) : name{n}, value{flag} {}
    template <std::integral T>
    LogField(std::string_view n, T number) : name{n}, value{widest(number)}
    {}

private:
    template <std::integral T>
    static Value widest(T number)
    {
        if constexpr (std::is_signed_v<T>)
            return static_cast<std::int64_t>(number);
        else
            return static_cast<std::uint64_t>(number);
    }
};

using LogFields = std::initializer_list<LogField>;

/// The place in the program that writes a line. A place that writes often is let through ten times,
/// then once a second; the line that is let through next says how many were not (`suppressed=N`).
struct CallSite
{
    const char* file;
    int line;
};

/// Writes a line, if its level is in force. From any thread; never waits for the reader of the
/// lines: when they come faster than they can be written, the oldest are dropped and counted.
void write(Level level, std::string_view part, std::string_view text, LogFields fields,
    CallSite site = {__builtin_FILE(), __builtin_LINE()});

inline void debug(std::string_view part, std::string_view text, LogFields fields = {},
    CallSite site = {__builtin_FILE(), __builtin_LINE()})
{
    write(Level::debug, part, text, fields, site);
}
inline void info(std::string_view part, std::string_view text, LogFields fields = {},
    CallSite site = {__builtin_FILE(), __builtin_LINE()})
{
    write(Level::info, part, text, fields, site);
}
inline void warning(std::string_view part, std::string_view text, LogFields fields = {},
    CallSite site = {__builtin_FILE(), __builtin_LINE()})
{
    write(Level::warning, part, text, fields, site);
}
inline void error(std::string_view part, std::string_view text, LogFields fields = {},
    CallSite site = {__builtin_FILE(), __builtin_LINE()})
{
    write(Level::error, part, text, fields, site);
}

/// How lines are written. `format` is "text" (logfmt) or "json"; `level` is one of
/// trace, debug, info, warning, error.
struct LogSettings
{
    std::string level = "info";
    std::string format = "text";

    /// What the rate of lines is measured by; lives until stop(). None: the machine's own clock.
    const Clock* clock = nullptr;
};

/// Sends lines to standard error, from a thread of their own, until stop(). Before start() and
/// after stop() lines of `warning` and above are written in place and others are dropped.
void start(const LogSettings& settings);
void stop();

/// Lines that were dropped because they came too fast.
std::uint64_t dropped();

/// One line as it is written, without its end:
///
///     2026-11-20T18:40:02.017Z info sequencer "block is durable" h=184211 events=45
///     {"time":"...","level":"info","part":"sequencer","text":"block is durable","h":184211}
std::string format_line(std::string_view format, std::string_view time, Level level,
    std::string_view part, std::string_view text, LogFields fields, std::uint64_t suppressed = 0);
}  // namespace engine::logging

#include "engine/runtime/logging.hpp"

#include "engine/ports/clock.hpp"
#include "engine/ports/problem.hpp"
#include "engine/runtime/line_rate.hpp"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace engine::logging
{
namespace
{
constexpr std::size_t kQueue = 8192;  // Lines that may wait for the reader of standard error.

spdlog::level::level_enum level_of(Level level)
{
    switch (level)
    {
        case Level::trace:
            return spdlog::level::trace;
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warning:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

std::string_view name_of(Level level)
{
    constexpr std::string_view kNames[] = {"trace", "debug", "info", "warning", "error"};
    return kNames[static_cast<std::size_t>(level)];
}

Level parse_level(std::string_view name)
{
    for (const auto level : {Level::trace, Level::debug, Level::info, Level::warning})
    {
        if (name == name_of(level))
            return level;
    }
    return Level::error;
}

// The moment that spdlog took, as RFC 3339 with milliseconds.
std::string time_text(spdlog::log_clock::time_point at)
{
    using Milliseconds = std::ratio<1, 1000>;
    const auto ticks = at.time_since_epoch().count();
    using Period = spdlog::log_clock::duration::period;
    const auto ms = ticks / (Milliseconds::num * Period::den / Milliseconds::den / Period::num);
    const auto seconds = static_cast<std::time_t>(ms / 1000);
    const auto parts = spdlog::details::os::gmtime(seconds);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
        parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, ms % 1000);
}

// What write() hands to spdlog lacks the time alone: it stands where this mark is.
constexpr std::string_view kTimeMark = "\x01";

class LineFormatter final : public spdlog::formatter
{
public:
    void format(const spdlog::details::log_msg& msg, spdlog::memory_buf_t& out) override
    {
        const std::string_view line{msg.payload.data(), msg.payload.size()};
        const auto mark = line.find(kTimeMark);
        const auto time = time_text(msg.time);
        const auto append = [&](std::string_view text) {
            out.append(text.data(), text.data() + text.size());
        };
        append(line.substr(0, mark));
        append(time);
        append(line.substr(mark + kTimeMark.size()));
        append("\n");
    }
    std::unique_ptr<spdlog::formatter> clone() const override
    {
        return std::make_unique<LineFormatter>();
    }
};

struct Running
{
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::logger> logger;
    std::string format = "text";
    const Clock* clock = nullptr;
};

std::shared_ptr<spdlog::sinks::sink> standard_error()
{
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    sink->set_formatter(std::make_unique<LineFormatter>());
    return sink;
}

Running in_place()
{
    Running out;
    out.logger = std::make_shared<spdlog::logger>("refold", standard_error());
    out.logger->set_level(spdlog::level::warn);
    return out;
}

Running& running()
{
    static Running instance = in_place();
    return instance;
}

LineRates& rates()
{
    static LineRates instance;
    return instance;
}

std::int64_t now_ms(const Running& now)
{
    if (now.clock != nullptr)
        return now.clock->monotonic_ms();
    const auto since = spdlog::log_clock::now().time_since_epoch();
    return since.count() / (spdlog::log_clock::duration::period::den / 1000);
}

bool needs_quotes(std::string_view text)
{
    if (text.empty())
        return true;
    for (const char c : text)
    {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || c == '"' || c == '=' || c == '\\' || byte == 0x7f)
            return true;
    }
    return false;
}

std::string as_text(const Value& value, bool json)
{
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return std::to_string(*number);
    if (const auto* number = std::get_if<std::uint64_t>(&value))
        return std::to_string(*number);
    if (const auto* flag = std::get_if<bool>(&value))
        return *flag ? "true" : "false";
    const auto& text = std::get<std::string>(value);
    return json || needs_quotes(text) ? json_string(text) : text;
}
}  // namespace

std::string format_line(std::string_view format, std::string_view time, Level level,
    std::string_view part, std::string_view text, LogFields fields, std::uint64_t suppressed)
{
    std::string out;
    const auto count = std::to_string(suppressed);
    if (format == "json")
    {
        (out += "{\"time\":\"") += time;
        ((out += "\",\"level\":\"") += name_of(level)) += "\",\"part\":";
        (out += json_string(part)) += ",\"text\":";
        out += json_string(text);
        for (const auto& field : fields)
            ((out += ',') += json_string(field.name)) += ":" + as_text(field.value, true);
        if (suppressed > 0)
            out += ",\"suppressed\":" + count;
        return out += '}';
    }
    ((((((out += time) += ' ') += name_of(level)) += ' ') += part) += ' ') += json_string(text);
    for (const auto& field : fields)
        ((out += ' ') += field.name) += "=" + as_text(field.value, false);
    if (suppressed > 0)
        out += " suppressed=" + count;
    return out;
}

void write(
    Level level, std::string_view part, std::string_view text, LogFields fields, CallSite site)
{
    auto& now = running();
    const auto wanted = level_of(level);
    if (!now.logger->should_log(wanted))
        return;
    const auto suppressed = rates().admit(site, now_ms(now));
    if (!suppressed)
        return;
    const auto line = format_line(now.format, kTimeMark, level, part, text, fields, *suppressed);
    now.logger->log(wanted, spdlog::string_view_t{line.data(), line.size()});
}

void start(const LogSettings& settings)
{
    auto& now = running();
    now.pool = std::make_shared<spdlog::details::thread_pool>(kQueue, 1);
    now.logger = std::make_shared<spdlog::async_logger>(
        "refold", standard_error(), now.pool, spdlog::async_overflow_policy::overrun_oldest);
    now.logger->set_level(level_of(parse_level(settings.level)));
    now.format = settings.format;
    now.clock = settings.clock;
}

void stop()
{
    auto& now = running();
    // What nothing came after to tell of.
    if (const auto left = rates().forget(); left > 0)
        write(Level::warning, "logging", "lines that came too often were left out",
            {{"suppressed", left}});
    if (now.pool)
        now.logger->flush();
    const auto format = now.format;
    // The pool's end waits until its queue is written.
    now = in_place();
    now.format = format;
}

std::uint64_t dropped()
{
    const auto& now = running();
    return now.pool ? now.pool->overrun_counter() : 0;
}
}  // namespace engine::logging

#include "engine/cli/term/progress.hpp"

#include "engine/cli/term/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engine::cli
{
namespace
{
constexpr std::int64_t kWindowMs = 30'000;
constexpr std::int64_t kFirstEstimateMs = 5'000;
constexpr std::int64_t kRedrawMs = 100;
constexpr std::int64_t kQuietMs = 2'000;  // What is done sooner needs no line.
constexpr std::int64_t kRepeatMs = 10'000;
constexpr std::size_t kBarWidth = 24;

std::string bar(std::uint32_t permille)
{
    const auto full = kBarWidth * permille / 1000;
    return "[" + std::string(full, '#') + std::string(kBarWidth - full, '.') + "]";
}
}  // namespace

ProgressLine::ProgressLine(
    std::ostream& out, const Terminal& terminal, const Clock& clock, std::string label)
  : m_out{out},
    m_terminal{terminal},
    m_clock{clock},
    m_label{std::move(label)},
    m_begin_ms{clock.monotonic_ms()},
    m_written_ms{m_begin_ms}
{
    m_samples.push_back({m_begin_ms, 0});
}

void ProgressLine::update(std::uint64_t done, std::uint64_t total, std::string_view detail)
{
    const auto now = m_clock.monotonic_ms();
    m_done = std::max(m_done, done);
    m_total = std::max({m_total, total, m_done});
    // The last thousandth belongs to finish: the end is reached when everything is done.
    const auto exact = m_total > 0 ? static_cast<std::uint32_t>(m_done * 1000 / m_total) : 0;
    m_permille = std::max(m_permille, std::min<std::uint32_t>(exact, 999));

    if (now - m_samples.back().at_ms >= kRedrawMs)
        m_samples.push_back({now, m_done});
    while (m_samples.size() > 2 && now - m_samples.front().at_ms > kWindowMs)
        m_samples.pop_front();

    if (now - m_begin_ms < kQuietMs)
        return;
    const auto pause = m_terminal.err_is_terminal ? kRedrawMs : kRepeatMs;
    const bool next_tenth = !m_terminal.err_is_terminal && m_permille / 100 > m_written_tenth;
    if (now - m_written_ms >= pause || next_tenth)
        write(detail, false);
}

void ProgressLine::finish(std::string_view detail)
{
    m_permille = 1000;
    m_total = m_done = std::max(m_done, m_total);
    if (m_clock.monotonic_ms() - m_begin_ms >= kQuietMs)
        write(detail, true);
}

void ProgressLine::abandon()
{
    if (m_line_open)
        m_out << '\n' << std::flush;
    m_line_open = false;
}

std::optional<std::int64_t> ProgressLine::left_ms() const
{
    const auto now = m_clock.monotonic_ms();
    const auto& first = m_samples.front();
    if (now - m_begin_ms < kFirstEstimateMs || m_done <= first.done)
        return std::nullopt;
    const auto spent = static_cast<std::uint64_t>(now - first.at_ms);
    return static_cast<std::int64_t>(spent * (m_total - m_done) / (m_done - first.done));
}

void ProgressLine::write(std::string_view detail, bool last)
{
    const auto now = m_clock.monotonic_ms();
    m_written_ms = now;
    m_written_tenth = m_permille / 100;

    auto line =
        fmt::format("{}  {}{}{}/s  {}  {:>3}.{} %", m_label, detail, detail.empty() ? "" : "  ",
            bytes_in_words(m_done * 1000 /
                           static_cast<std::uint64_t>(std::max<std::int64_t>(now - m_begin_ms, 1))),
            bar(m_permille), m_permille / 10, m_permille % 10);
    if (last)
        line +=
            fmt::format("  {} in {}", bytes_in_words(m_total), duration_in_words(now - m_begin_ms));
    else if (const auto left = left_ms())
        line += fmt::format("  eta {}", duration_in_words(*left));

    if (m_terminal.err_is_terminal)
        m_out << "\r\x1b[K" << line << (last ? "\n" : "") << std::flush;
    else
        m_out << line << '\n' << std::flush;
    m_line_open = m_terminal.err_is_terminal && !last;
}
}  // namespace engine::cli

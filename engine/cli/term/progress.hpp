#pragma once

#include "engine/cli/term/terminal.hpp"
#include "engine/ports/clock.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace engine::cli
{
/// How far a long task is, in bytes of the log: known in advance, never going back, 100 % only at
/// the end and then always.
///
/// What takes less than two seconds is not shown. On a terminal one line is rewritten; elsewhere a
/// line is written every ten seconds and at each tenth of the way. The time that is left comes from
/// the last 30 seconds and is shown after 5.
class ProgressLine
{
    struct Sample
    {
        std::int64_t at_ms = 0;
        std::uint64_t done = 0;
    };

    std::ostream& m_out;
    Terminal m_terminal;
    const Clock& m_clock;
    std::string m_label;
    std::int64_t m_begin_ms = 0;
    std::int64_t m_written_ms = 0;
    std::uint64_t m_done = 0;
    std::uint64_t m_total = 0;
    std::uint32_t m_permille = 0;
    std::uint32_t m_written_tenth = 0;
    std::deque<Sample> m_samples;
    bool m_line_open = false;

public:
    ProgressLine(
        std::ostream& out, const Terminal& terminal, const Clock& clock, std::string label);

    /// `detail` stands between the label and the bar: "heights 121,904 / 184,211". The total may
    /// grow, as the log does under a running node; what is shown does not go back.
    void update(std::uint64_t done, std::uint64_t total, std::string_view detail = {});

    /// Writes the last line, if it took long enough for any: 100.0 %, the total and the rate of the
    /// whole way.
    void finish(std::string_view detail = {});

    /// Ends the line without reaching the end: something failed.
    void abandon();

    /// Thousandths of the way; 1000 only after finish.
    std::uint32_t permille() const { return m_permille; }

    /// Milliseconds left, once there is something to tell it from.
    std::optional<std::int64_t> left_ms() const;

private:
    void write(std::string_view detail, bool last);
};
}  // namespace engine::cli

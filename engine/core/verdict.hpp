#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace engine
{
/// Why the rules said no: a normal result. A command is refused with it; an observation is ignored
/// with it, and the code stands in the log. High byte: module. Never renumbered, never reused.
struct Reject
{
    std::uint16_t code = 0;
    std::string_view name;      ///< Stable, for machines: "peg-below-minimum".
    std::string_view sentence;  ///< For people. Ends without a full stop; numbers follow it.

    friend constexpr bool operator==(const Reject& a, const Reject& b) noexcept
    {
        return a.code == b.code;
    }
};

/// A number that belongs to a verdict's sentence: "amount 5, minimum 546".
struct Detail
{
    std::string_view name;
    std::uint64_t value = 0;
};

/// Accepted, or not, with a reason.
class [[nodiscard]] Verdict
{
    Reject m_reject;  // Code 0: accepted.
    std::array<Detail, 3> m_details{};

public:
    constexpr Verdict() = default;
    constexpr Verdict(const Reject& reject)
      : m_reject{reject} {}  // NOLINT: `return kUnknownVault;`

    constexpr bool accepted() const noexcept { return m_reject.code == 0; }
    constexpr std::uint16_t code() const noexcept { return m_reject.code; }
    constexpr std::string_view name() const noexcept
    {
        return accepted() ? std::string_view{"accepted"} : m_reject.name;
    }
    constexpr std::string_view sentence() const noexcept { return m_reject.sentence; }
    constexpr const std::array<Detail, 3>& details() const noexcept { return m_details; }

    /// The same verdict with a number for its sentence. At most three.
    constexpr Verdict with(std::string_view name, std::uint64_t value) const
    {
        auto out = *this;
        for (auto& detail : out.m_details)
        {
            if (detail.name.empty())
            {
                detail = {name, value};
                break;
            }
        }
        return out;
    }

    /// Details are for people: two verdicts with one code are one verdict.
    friend constexpr bool operator==(const Verdict& a, const Verdict& b) noexcept
    {
        return a.m_reject == b.m_reject;
    }
};

inline constexpr Verdict accepted{};

// What never enters the log, whoever the author is. Counted where it arrives.

/// The state already holds what the event says.
inline constexpr Reject kDuplicate{0x0001, "duplicate", "already recorded"};
/// Something that the event builds on is missing: the adapter sends that first.
inline constexpr Reject kGap{0x0002, "gap", "what comes before it is missing"};
/// The source used up its share of this second of log time: it is read later.
inline constexpr Reject kOverRate{0x0003, "over-rate", "the source is over its rate"};

constexpr bool stays_outside(const Verdict& verdict) noexcept
{
    return verdict.code() == kDuplicate.code || verdict.code() == kGap.code ||
           verdict.code() == kOverRate.code;
}
}  // namespace engine

#pragma once

#include "engine/runtime/logging.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace engine::logging
{
/// How often each place in the program may write a line: ten at once, then one a second. From any
/// thread.
class LineRates
{
public:
    static constexpr std::int64_t kAtOnce = 10;
    static constexpr std::int64_t kRefillMs = 1'000;

    /// Whether a line goes through, and how many of its place did not since the last that did.
    std::optional<std::uint64_t> admit(CallSite site, std::int64_t now_ms);

    /// Begins anew. Returns how many lines were left out and not yet told of.
    std::uint64_t forget();

private:
    struct Budget
    {
        std::int64_t left = kAtOnce;
        std::int64_t refilled_ms = 0;
        std::uint64_t suppressed = 0;

        void refill(std::int64_t now_ms);
    };

    std::mutex m_mutex;
    std::map<std::pair<std::string_view, int>, Budget> m_sites;  // By file and line.
};
}  // namespace engine::logging

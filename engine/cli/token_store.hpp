#pragma once

#include "engine/base/function_ref.hpp"
#include "engine/base/result.hpp"
#include "engine/ports/clock.hpp"
#include "engine/runtime/config/config.hpp"
#include "engine/runtime/config/error.hpp"
#include "engine/runtime/doors/token_list.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace engine::cli
{
/// Where a node's list of tokens is.
std::string tokens_path(const Config& config);

/// Reads it. None there is an empty list. Mode, owner and every line are checked.
Result<doors::TokenList, OperatorError> read_tokens(const std::string& path);

/// Changes it: the list as it is, changed by `change` unless that says why not, then written whole,
/// durably, and put in the place of the old one. One process at a time.
Result<Done, OperatorError> change_tokens(
    const std::string& path, FunctionRef<std::optional<OperatorError>(doors::TokenList&)> change);

/// The list as it is now: looked for again a second after it was last looked at. One that can't be
/// read any more lets nobody in; that is logged.
class WatchedTokens
{
    /// What tells a file from the one that had its name before.
    struct Look
    {
        std::uint64_t inode = 0;
        std::int64_t changed_ns = 0;
        std::int64_t size = -1;  ///< -1: none there.

        friend bool operator==(const Look&, const Look&) = default;
    };

    const std::string m_path;
    const Clock& m_clock;
    std::int64_t m_looked_ms;
    Look m_seen;
    std::shared_ptr<const doors::TokenList> m_list;

    static Look look(const std::string& path);
    void read();

public:
    WatchedTokens(std::string path, const Clock& clock);

    std::shared_ptr<const doors::TokenList> now();
};
}  // namespace engine::cli

#pragma once

#include "engine/core/verdict.hpp"

#include <span>
#include <string_view>

/// What `engine explain` says of the codes that are no operator errors (those explain themselves:
/// engine/runtime/config/error_kinds.hpp). A test holds both lists against the sources: a code
/// without a text fails.
namespace engine::cli
{
/// Why the rules say no, and what to do. The sentence is the reject's own.
struct RejectText
{
    Reject reject;
    std::string_view why;
    std::string_view remedy;
};

/// What the HTTP API answers with (RFC 9457, member `code`).
struct ProblemText
{
    std::string_view code;
    unsigned status = 0;
    std::string_view what;
    std::string_view why;
    std::string_view remedy;
};

/// In the order of their numbers.
std::span<const RejectText> reject_texts();

/// In the order of their names.
std::span<const ProblemText> problem_texts();

/// The name of a verdict's code, "accepted" for 0; empty for one that nobody knows.
std::string_view verdict_name(std::uint16_t code);
}  // namespace engine::cli

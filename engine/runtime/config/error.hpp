#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine
{
/// What a program says by its exit code (sysexits.h where it has a word for it).
enum ExitCode : int
{
    kExitYes = 0,             ///< Done; consistent; healthy.
    kExitNo = 1,              ///< Refused; inconsistent; failed.
    kExitUnknown = 2,         ///< Could not tell: what was to be asked did not answer.
    kExitUsage = 64,          ///< The command line is wrong. Nothing was opened.
    kExitConfiguration = 78,  ///< The configuration is wrong. Nothing was opened.
};

/// A kind of error: what an operator looks up, alerts on and writes scripts against. A code is
/// never renumbered and never reused.
struct ErrorKind
{
    std::string_view code;
    std::string_view what;  ///< Half a sentence.
    int exit_code = kExitNo;
    std::string_view explanation;  ///< Why this stops the program, for `engine explain`.
    std::string_view remedy;       ///< What to do where the error itself knows nothing better.
};

/// One error, in the four lines that a person gets: what, where, why, and what to do.
struct OperatorError
{
    ErrorKind kind;
    std::string where = {};   ///< File, line and column; key; height. Empty: there is no place.
    std::string why = {};     ///< This case, with its numbers.
    std::string action = {};  ///< Empty: the remedy of the kind.

    std::string_view what_to_do() const { return action.empty() ? kind.remedy : action; }
};

/// "error RF-0107: unknown configuration key\n  where   ...\n  why     ...\n  do      ...\n"
std::string to_string(const OperatorError& error);

/// The same for programs: one object with code, what, where, why, do and exit_code.
std::string to_json(const OperatorError& error);

/// Every kind, in the order of their codes.
std::span<const ErrorKind> error_kinds();

/// The kind of a code, in any case: "rf-0107". Null when there is none.
const ErrorKind* find_error_kind(std::string_view code);
}  // namespace engine

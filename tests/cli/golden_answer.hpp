#pragma once

// Answers as people see them, kept as files: tests/cli/golden/NAME.txt. REFOLD_WRITE_GOLDEN=answers
// writes them anew; look at what changed before it is committed.

#include "tests/cli/call.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>

namespace engine::cli::test
{
/// How much of an answer varies from run to run.
enum class Varies : std::uint8_t
{
    durations,  ///< Over a log that is kept: places, times, sizes and hashes are the same.
    numbers,    ///< Over a node: all numbers, times and hashes.
};

inline std::string replaced(
    const std::string& text, const std::string& pattern, const std::string& by)
{
    return std::regex_replace(text, std::regex{pattern}, by);
}

/// Heights, counts and sizes as N, and with them the width of columns. What is never by chance
/// stays: what was typed, codes of errors and exit codes, addresses, and the members of rows.
inline std::string with_numbers_masked(const std::string& text)
{
    static const std::regex kNumber{
        R"(\$ [^\n]*|\[exit [0-9]+\]|RF-[0-9]+|127\.0\.0\.1|\{[^}]*\}|layer [1-5]|\n [1-5] |(\b[0-9]+([,.][0-9]+)*( [kMG]?B)?(?![A-Za-z0-9])))"};
    std::string out;
    auto rest = text.begin();
    for (auto it = std::sregex_iterator{text.begin(), text.end(), kNumber};
         it != std::sregex_iterator{}; ++it)
    {
        out.append(rest, (*it)[0].first);
        out += (*it)[1].matched ? "N" : (*it)[0].str();
        rest = (*it)[0].second;
    }
    return out.append(rest, text.end());
}

/// An answer without what varies. Where numbers vary, so does the width of columns.
inline std::string masked(std::string text, const std::string& directory, Varies varies)
{
    for (auto at = text.find(directory); at != std::string::npos; at = text.find(directory))
        text.replace(at, directory.size(), "DIR");
    text = replaced(text, "http://127\\.0\\.0\\.1:[0-9]+", "http://127.0.0.1:PORT");
    text = replaced(text, "process [0-9]+", "process PID");
    text = replaced(text, "refold_[A-Za-z0-9_-]{40,}", "refold_TOKEN");
    text = replaced(text, "[0-9.,]+ [kMG]? ?ev/s", "RATE ev/s");
    text = replaced(text, "\\b[0-9][0-9.]* (ms|s|min)\\b", "DURATION");
    // On a slow machine a fold shows how far it is; and a path is as long as it happens to be.
    text = replaced(text, "(^|\n)[a-z]+ +heights [^\n]*%[^\n]*", "");
    text = replaced(text, "(DIR\\S*[^\n]*?\\S) {3,}", "$1  ");
    if (varies == Varies::durations)
        return text;
    text = replaced(text, "[0-9a-f]{64,}", "ID");
    text = replaced(text, "(  )[0-9a-f]{8}(  )", "$1ID$2");
    text = replaced(text, "[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9:]{8} UTC|T[0-9:]{8}Z)", "TIME");
    text = with_numbers_masked(text);
    return replaced(text, "(\\S) {2,}", "$1  ");
}

inline std::string golden_path(const std::string& name)
{
    return std::string{REFOLD_SOURCE_DIR} + "/tests/cli/golden/" + name + ".txt";
}

/// Everything that a call said, under the line that was typed.
inline std::string transcript(
    std::string_view program, const std::vector<std::string>& words, const Said& said)
{
    std::string out = "$ " + std::string{program};
    for (const auto& word : words)
        out += " " + (word.empty() ? "''" : word);
    out += "\n" + said.out;
    if (!said.err.empty())
        out += "[standard error]\n" + said.err;
    return out + "[exit " + std::to_string(said.code) + "]\n";
}

inline void expect_golden(const std::string& name, const std::string& text)
{
    const auto* write = std::getenv("REFOLD_WRITE_GOLDEN");
    if (write != nullptr && std::string{write} == "answers")
        std::ofstream{golden_path(name)} << text;
    std::stringstream kept;
    std::ifstream file{golden_path(name)};
    ASSERT_TRUE(file.is_open()) << golden_path(name) << ": REFOLD_WRITE_GOLDEN=answers makes it";
    kept << file.rdbuf();
    EXPECT_EQ(kept.str(), text) << golden_path(name);
}
}  // namespace engine::cli::test

#pragma once

// Logs that tests have made, kept for tests/second: with REFOLD_KEEP_LOGS=FOLDER in the
// environment, each log that a simulated node closes in order is written to
// FOLDER/Suite.Test.N.blocks.

#include "tests/support/block_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace engine::test
{
/// Keeps the log of a directory that nobody owns, if that is asked for.
inline void keep_log(Disk& disk, const std::string& directory)
{
    const char* folder = std::getenv("REFOLD_KEEP_LOGS");
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    if (folder == nullptr || test == nullptr)
        return;
    static int s_count = 0;
    auto name =
        std::string{test->test_suite_name()} + '.' + test->name() + '.' + std::to_string(++s_count);
    std::replace(name.begin(), name.end(), '/', '-');
    write_blocks(read_blocks(disk, directory), std::string{folder} + '/' + name + ".blocks");
}
}  // namespace engine::test

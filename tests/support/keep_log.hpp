#pragma once

// Logs that tests have made, kept for tests/second: with REFOLD_KEEP_LOGS=FOLDER in the
// environment, each log that a simulated node closes in order is written to
// FOLDER/Suite.Test.N.blocks.

#include "tests/support/memory_log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>

namespace engine::test
{
// file := (length: u64 little-endian, block: u8[length])*
inline void write_blocks(const std::vector<Bytes>& blocks, const std::string& path)
{
    std::ofstream file{path, std::ios::binary};
    for (const auto& block : blocks)
    {
        for (int shift = 0; shift < 64; shift += 8)
            file.put(static_cast<char>(block.size() >> shift));
        file.write(reinterpret_cast<const char*>(block.data()),
            static_cast<std::streamsize>(block.size()));
    }
}

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

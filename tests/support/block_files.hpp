#pragma once

// Logs as lists of blocks, and as files of them.

#include "engine/log/block.hpp"
#include "engine/log/reader.hpp"

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace engine::test
{
/// Every block of a directory that nobody owns.
inline std::vector<Bytes> read_blocks(Disk& disk, const std::string& directory)
{
    std::vector<Bytes> out;
    const auto reader = log::open_reader(disk, directory, LogHeight{0});
    if (!reader)
        throw std::runtime_error{log::to_string(reader.error())};
    for (;;)
    {
        const auto block = (*reader)->next();
        if (!block)
            throw std::runtime_error{log::to_string(block.error())};
        if (*block == nullptr)
            return out;
        out.emplace_back((*block)->bytes().begin(), (*block)->bytes().end());
    }
}

/// file := (length: u64 little-endian, block: u8[length])*
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
}  // namespace engine::test

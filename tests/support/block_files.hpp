#pragma once

// Logs as lists of blocks, and as files of them.

#include "engine/log/data_directory.hpp"
#include "engine/log/reader.hpp"
#include "engine/log/segment_log.hpp"

#include <array>
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

/// Makes a log of these blocks in a data directory, and closes it in order.
inline void write_log(Disk& disk, const std::string& directory, const std::vector<Bytes>& blocks,
    std::uint64_t segment_size = 1 << 20)
{
    const auto must = [](const auto& result) {
        if (!result)
            throw std::runtime_error{log::to_string(result.error())};
    };
    const auto owner = log::DataDirectory::own(disk, directory, "a test");
    must(owner);
    auto log = log::SegmentLog::open(disk, *owner, {.segment_size = segment_size, .claims = {}});
    must(log);
    for (const auto& block : blocks)
        must((*log)->append(block));
    must((*log)->close());
}

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

/// The blocks of such a file; throws where it can't be read or ends within one.
inline std::vector<Bytes> read_blocks(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    if (!file)
        throw std::runtime_error{"can't read " + path};
    std::vector<Bytes> blocks;
    std::array<char, 8> length{};
    while (file.read(length.data(), length.size()))
    {
        std::uint64_t size = 0;
        for (std::size_t i = 0; i < 8; ++i)
            size |= std::uint64_t{static_cast<std::uint8_t>(length[i])} << (8 * i);
        auto& block = blocks.emplace_back(size);
        if (!file.read(reinterpret_cast<char*>(block.data()), static_cast<std::streamsize>(size)))
            throw std::runtime_error{path + " ends within a block"};
    }
    if (file.gcount() != 0)
        throw std::runtime_error{path + " ends within a length"};
    return blocks;
}
}  // namespace engine::test

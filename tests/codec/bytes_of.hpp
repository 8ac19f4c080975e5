#pragma once

#include "engine/base/bytes.hpp"

#include <cstring>

namespace engine::test
{
/// Bytes as the 8-byte words they are made of, in this machine's order.
inline std::vector<std::uint64_t> words_of(ByteView bytes)
{
    std::vector<std::uint64_t> words(bytes.size() / 8);
    std::memcpy(words.data(), bytes.data(), words.size() * 8);
    return words;
}

inline Bytes bytes_of(const std::vector<std::uint64_t>& words)
{
    Bytes bytes(words.size() * 8);
    std::memcpy(bytes.data(), words.data(), bytes.size());
    return bytes;
}
}  // namespace engine::test

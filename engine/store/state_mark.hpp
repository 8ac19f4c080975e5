#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/base/types.hpp"

namespace engine
{
/// Which state this is: the height row of RocksDB, and the manifest of a checkpoint.
///
/// mark := format: u32 = 1, height: u64, block_hash: u8[32], root: u8[32], rows: u64, crc32c: u32
///
/// Integers are big endian; the checksum is over what precedes it.
struct StateMark
{
    LogHeight height;
    LogBlockHash block_hash;
    StateRoot root;
    std::uint64_t rows = 0;

    friend bool operator==(const StateMark&, const StateMark&) = default;
};

inline constexpr std::uint32_t kStateFormat = 1;

Bytes encode_mark(const StateMark& mark);

enum class MarkProblem
{
    damaged,       ///< Not a mark, or its checksum is wrong.
    other_format,  ///< A mark of another version of this engine.
};

Result<StateMark, MarkProblem> decode_mark(ByteView bytes);
}  // namespace engine

#include "engine/store/state_mark.hpp"

#include "engine/core/byte_codec.hpp"
#include "engine/hash/crc32c.hpp"

namespace engine
{
Bytes encode_mark(const StateMark& mark)
{
    Bytes out;
    encode_value(out, kStateFormat);
    encode_value(out, mark.height);
    encode_value(out, mark.block_hash);
    encode_value(out, mark.root);
    encode_value(out, mark.rows);
    encode_value(out, crc32c(out));
    return out;
}

Result<StateMark, MarkProblem> decode_mark(ByteView bytes)
{
    // Every format ends with its checksum, so that another one is told from a damaged one.
    if (bytes.size() < 2 * sizeof(std::uint32_t))
        return Failure{MarkProblem::damaged};
    const auto body = bytes.first(bytes.size() - sizeof(std::uint32_t));
    auto tail = bytes.last(sizeof(std::uint32_t));
    std::uint32_t checksum = 0;
    if (!decode_value(tail, checksum) || crc32c(body) != checksum)
        return Failure{MarkProblem::damaged};

    auto in = body;
    std::uint32_t format = 0;
    StateMark mark;
    if (!decode_value(in, format) || format != kStateFormat)
        return Failure{MarkProblem::other_format};
    if (!decode_value(in, mark.height) || !decode_value(in, mark.block_hash) ||
        !decode_value(in, mark.root) || !decode_value(in, mark.rows) || !in.empty())
        return Failure{MarkProblem::damaged};
    return mark;
}
}  // namespace engine

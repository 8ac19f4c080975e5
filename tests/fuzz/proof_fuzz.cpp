#include "engine/store/proof_check.hpp"

#include "engine/hash/crc32c.hpp"
#include "engine/store/state_mark.hpp"
#include "engine/store/tree_page.hpp"
#include "tests/fuzz/survives.hpp"

namespace
{
using namespace engine;

/// The bytes with the checksum behind them that a mark has.
Bytes with_checksum(ByteView bytes)
{
    Bytes out{bytes.begin(), bytes.end()};
    const auto crc = crc32c(bytes);
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(static_cast<std::uint8_t>(crc >> shift));
    return out;
}
}  // namespace

/// Proofs as a verifier gets them, and what the store reads from its files.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const ByteView bytes{data, size};
    test::decodes_to_itself(
        bytes, [](ByteView in) { return decode_proof(in); },
        [](const Proof& proof) {
            static_cast<void>(root_of(proof));
            return encode_proof(proof);
        });
    test::decodes_to_itself(
        bytes, [](ByteView in) { return decode_page(in); },
        [](const TreePage& page) {
            Bytes out;
            encode_page(out, page);
            ENSURE(out.size() == page_bytes(page));
            return out;
        });
    const auto decode = [](ByteView in) { return decode_mark(in); };
    const auto encode = [](const StateMark& mark) { return encode_mark(mark); };
    test::decodes_to_itself(bytes, decode, encode);
    test::decodes_to_itself(with_checksum(bytes), decode, encode);
    return 0;
}

#include "engine/log/block.hpp"

#include "engine/log/event_proof.hpp"
#include "engine/log/seal.hpp"
#include "tests/fuzz/survives.hpp"

#include <algorithm>

/// A block of the log as anybody may send it. What parses is read whole, and proved.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    using namespace engine::log;
    const ByteView bytes{data, size};
    if (const auto header = decode_header(bytes))
    {
        const auto again = encode_header(*header);
        ENSURE(std::equal(again.begin(), again.end(), bytes.begin()));
    }
    if (const auto seal = decode_seal(bytes))
    {
        const auto again = encode_seal(*seal);
        ENSURE(equal(ByteView{again}, bytes));
    }
    const auto block = BlockView::parse(bytes);
    if (!block)
    {
        ENSURE(block.error().offset <= size);
        return 0;
    }
    const bool hangs_together = check_block(*block).has_value();
    for (std::uint32_t i = 0; i < block->event_count(); ++i)
    {
        static_cast<void>(event_hash(block->event(i)));
        static_cast<void>(result_hash(block->result(i)));
    }
    static_cast<void>(block->seal());
    if (hangs_together && block->event_count() > 0)
    {
        ENSURE(check_event_proof(prove_event(*block, block->event_count() - 1)).has_value());
    }
    return 0;
}

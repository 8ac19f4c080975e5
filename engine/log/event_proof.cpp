#include "engine/log/event_proof.hpp"

#include "engine/base/check.hpp"

namespace engine::log
{
namespace
{
Hash256 leaf_of(ByteView event)
{
    return Hash256{event_hash(event).bytes};
}

Failure<BlockError> no(const char* what)
{
    return Failure{BlockError{what, 0}};
}
}  // namespace

EventProof prove_event(const BlockView& block, std::uint32_t index)
{
    ENSURE(index < block.event_count());
    std::vector<Hash256> leaves;
    leaves.reserve(block.event_count());
    for (std::uint32_t i = 0; i < block.event_count(); ++i)
        leaves.push_back(leaf_of(block.event(i)));

    EventProof proof;
    proof.height = block.height();
    proof.index = index;
    proof.event_count = block.event_count();
    const auto event = block.event(index);
    proof.event.assign(event.begin(), event.end());
    proof.branch = merkle::branch(leaves, index);
    const auto header = block.bytes().first(kBlockHeaderSize);
    std::copy(header.begin(), header.end(), proof.header.begin());
    proof.block_hash = block.hash();
    return proof;
}

Result<BlockHeader, BlockError> check_event_proof(const EventProof& proof)
{
    auto header = decode_header(proof.header);
    if (!header)
        return header;
    if (block_hash(ByteView{proof.header}) != proof.block_hash)
        return no("the block hash is not that of the header");
    if (header->height != proof.height)
        return no("the header is that of another height");
    if (header->event_count != proof.event_count)
        return no("the header counts other events");
    if (!merkle::verify(leaf_of(proof.event), {proof.index, proof.event_count}, proof.branch,
            header->events_root))
        return no("the hashes don't lead from the event at this index to the events root");
    return header;
}
}  // namespace engine::log

#include "adapters/bitcoin/checked_block.hpp"

#include "engine/bitcoin/target.hpp"

namespace engine::bitcoind
{
Result<btc::Block, std::string> check_block(ByteView bytes, const BlockHash& wanted,
    ChainHeight height, const btc::NetworkParameters& network)
{
    auto block = btc::decode_block(bytes);
    if (!block)
    {
        return Failure{std::string{btc::describe(block.error().error)} + " at byte " +
                       std::to_string(block.error().offset)};
    }
    if (btc::block_hash(block->header) != wanted)
        return Failure{std::string{"the header has another hash"}};
    if (!btc::proves_work(wanted, block->header.bits, network))
        return Failure{std::string{"the hash is above the target"}};
    const auto witness = height.value >= network.segwit_height ? btc::WitnessRule::enforced
                                                               : btc::WitnessRule::not_active;
    if (const auto fault = btc::find_fault(*block, witness))
        return Failure{std::string{btc::describe(*fault)}};
    return std::move(*block);
}
}  // namespace engine::bitcoind

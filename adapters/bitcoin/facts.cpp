#include "adapters/bitcoin/facts.hpp"

#include "engine/base/check.hpp"
#include "engine/bitcoin/merkle.hpp"

namespace engine::bitcoind
{
std::vector<TransactionSeen> transaction_facts(
    const btc::Block& block, const std::vector<std::uint32_t>& positions)
{
    if (positions.empty())
        return {};
    const auto ids = btc::txids(block);
    const auto header = btc::encode(block.header);
    const auto coinbase = btc::encode_stripped(block.transactions.front());
    const auto coinbase_branch = btc::merkle_branch(ids, 0).siblings;

    std::vector<TransactionSeen> facts;
    for (const auto position : positions)
    {
        ENSURE(position < ids.size());
        facts.push_back({header.bytes, position, btc::merkle_branch(ids, position).siblings,
            coinbase, coinbase_branch, btc::encode(block.transactions[position])});
    }
    return facts;
}
}  // namespace engine::bitcoind

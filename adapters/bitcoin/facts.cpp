#include "adapters/bitcoin/facts.hpp"

#include "engine/base/check.hpp"

namespace engine::bitcoind
{
btc::WatchList to_watch_list(WatchList list)
{
    btc::WatchList out{list.version, std::move(list.scripts), std::move(list.data_prefixes),
        std::move(list.outpoints)};
    btc::sort(out);
    return out;
}

std::vector<TransactionSeen> transaction_facts(
    const btc::Block& block, const btc::Relevant& relevant)
{
    if (relevant.transactions.empty())
        return {};
    const auto header = btc::encode(block.header);
    const auto coinbase = btc::encode_stripped(block.transactions.front());

    std::vector<TransactionSeen> facts;
    for (const auto& [branch] : relevant.transactions)
    {
        ENSURE(branch.index < block.transactions.size());
        facts.push_back({header.bytes, branch.index, branch.siblings, coinbase,
            relevant.coinbase.siblings, btc::encode(block.transactions[branch.index])});
    }
    return facts;
}
}  // namespace engine::bitcoind

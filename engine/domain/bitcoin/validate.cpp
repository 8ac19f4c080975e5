#include "engine/domain/bitcoin/validate.hpp"

#include "engine/base/hex.hpp"
#include "engine/bitcoin/header.hpp"
#include "engine/bitcoin/merkle.hpp"
#include "engine/bitcoin/target.hpp"
#include "engine/bitcoin/transaction.hpp"
#include "engine/domain/bitcoin/network.hpp"

namespace engine::bitcoin
{
namespace
{
Invalid invalid(std::string_view member, std::string_view what)
{
    return {std::string{member} + ": " + std::string{what}};
}

std::optional<Invalid> find_header_fault(Network network, const RawHeader& raw)
{
    const auto& rules = parameters_of(network);
    const auto header = btc::decode_header(raw.bytes);
    const auto hash = btc::block_hash(raw.bytes);
    if (!btc::decode_target(header.bits))
        return invalid("header", "its bits stand for no target");
    if (!btc::decode_target(header.bits, rules))
        return invalid("header", "its target is easier than the network allows");
    if (!btc::proves_work(hash, header.bits, rules))
        return invalid("header", "hash " + to_display_hex(hash.bytes) + " misses its target");
    return std::nullopt;
}

std::optional<Invalid> find_proof_fault(const TransactionSeen& event)
{
    const auto transaction = btc::decode_transaction(event.transaction);
    if (!transaction)
        return invalid("transaction", btc::describe(transaction.error().error));
    const auto coinbase = btc::decode_transaction(event.coinbase);
    if (!coinbase)
        return invalid("coinbase", btc::describe(coinbase.error().error));
    if (btc::has_witness(*coinbase))
        return invalid("coinbase", "comes with its witness; without it, its id is the same");

    const btc::MerkleBranch branch{event.index, event.branch};
    const btc::MerkleBranch coinbase_branch{0, event.coinbase_branch};
    const auto root = btc::decode_header(event.header.bytes).merkle_root;
    const auto fault = btc::find_inclusion_fault(
        *transaction, branch, btc::CoinbaseProof{*coinbase, coinbase_branch}, root);
    if (fault)
        return invalid("branch", btc::describe(*fault));
    return std::nullopt;
}
}  // namespace

std::optional<Invalid> validate(const Genesis& genesis, RulesVersion, const HeaderSeen& event)
{
    return find_header_fault(genesis.network, event.header);
}

std::optional<Invalid> validate(const Genesis& genesis, RulesVersion, const TransactionSeen& event)
{
    if (auto fault = find_header_fault(genesis.network, event.header))
        return fault;
    return find_proof_fault(event);
}

std::optional<Invalid> validate(const Genesis&, RulesVersion, const BlockScanned& event)
{
    if (event.watch_version == 0)
        return invalid("watch version", "is 0; the first list has 1");
    return std::nullopt;
}
}  // namespace engine::bitcoin

#include "engine/cli/outside_chain.hpp"

#include "adapters/bitcoin/decimal.hpp"
#include "engine/base/hex.hpp"

namespace engine::cli
{
namespace
{
namespace bj = boost::json;

std::optional<OutsideChain::Unspent> unspent_of(const bj::value& value)
{
    const auto* object = value.if_object();
    if (object == nullptr)
        return std::nullopt;
    const auto txid_text = bitcoind::text_of(*object, "txid");
    const auto txid = txid_text ? fixed_from_display_hex<Txid>(*txid_text) : std::optional<Txid>{};
    const auto index = bitcoind::integer_of(*object, "vout");
    const auto height = bitcoind::integer_of(*object, "height");
    // Decimals arrive as text; a whole number of coins as a number.
    auto amount_text = bitcoind::text_of(*object, "amount");
    if (const auto whole = bitcoind::integer_of(*object, "amount"); whole && !amount_text)
        amount_text = std::to_string(*whole);
    const auto amount = amount_text ? bitcoind::sats_of_btc(*amount_text) : std::nullopt;
    const auto fits = [](std::int64_t n) { return n >= 0 && n <= UINT32_MAX; };
    if (!txid || !index || !height || !amount || !fits(*index) || !fits(*height))
        return std::nullopt;
    return OutsideChain::Unspent{{*txid, static_cast<std::uint32_t>(*index)}, amount->value(),
        static_cast<std::uint32_t>(*height)};
}
}  // namespace

Result<OutsideChain::UnspentSet, std::string> NodeChain::unspent(ByteView script)
{
    bj::object wanted;
    wanted["desc"] = "raw(" + to_hex(script) + ")";
    bj::array list;
    list.push_back(std::move(wanted));
    bj::array parameters;
    parameters.push_back("start");
    parameters.push_back(std::move(list));
    const auto reply = m_node.call("scantxoutset", std::move(parameters));
    if (!reply)
        return Failure{to_string(reply.error())};
    const std::string malformed = "scantxoutset: the reply is not what the method promises";
    const auto* object = reply->if_object();
    const auto height = object ? bitcoind::integer_of(*object, "height") : std::nullopt;
    const auto best = object ? bitcoind::text_of(*object, "bestblock") : std::nullopt;
    const auto block = best ? fixed_from_display_hex<BlockHash>(*best) : std::nullopt;
    const auto* list_found = object ? object->if_contains("unspents") : nullptr;
    if (!height || *height < 0 || !block || list_found == nullptr || !list_found->is_array())
        return Failure{malformed};
    UnspentSet out;
    out.height = static_cast<std::uint32_t>(*height);
    out.block = *block;
    for (const auto& item : list_found->get_array())
    {
        const auto output = unspent_of(item);
        if (!output)
            return Failure{malformed};
        out.outputs.push_back(*output);
    }
    return out;
}

Result<btc::Block, std::string> NodeChain::block(const BlockHash& hash)
{
    const auto bytes = m_node.block(hash);
    if (!bytes)
        return Failure{to_string(bytes.error())};
    auto block = btc::decode_block(*bytes);
    if (!block)
        return Failure{"block " + to_display_hex(hash.bytes) + " of the node can't be decoded"};
    return *std::move(block);
}
}  // namespace engine::cli

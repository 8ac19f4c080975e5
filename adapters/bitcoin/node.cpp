#include "adapters/bitcoin/node.hpp"

#include "adapters/bitcoin/decimal.hpp"
#include "adapters/bitcoin/foreign_text.hpp"
#include "engine/base/hex.hpp"

namespace engine::bitcoind
{
namespace
{
constexpr int kNotFound = -5;

RpcError malformed(std::string_view method, std::string_view missing)
{
    return {RpcErrorKind::malformed, 0, std::string{method},
        "the reply lacks " + std::string{missing} + ", or it is out of range",
        "Check the node's version: this one is too old, too new, or no Bitcoin node."};
}

template <typename Hash>
RpcResult<Hash> to_hash(std::string_view method, const RpcResult<json::value>& reply)
{
    if (!reply)
        return Failure{reply.error()};
    const auto* text = reply->if_string();
    const auto hash =
        text ? fixed_from_display_hex<Hash>({text->data(), text->size()}) : std::nullopt;
    return hash ? RpcResult<Hash>{*hash} : Failure{malformed(method, "a hash")};
}

RpcResult<Bytes> to_bytes(std::string_view method, const RpcResult<json::value>& reply)
{
    if (!reply)
        return Failure{reply.error()};
    const auto* text = reply->if_string();
    auto bytes = text ? from_hex({text->data(), text->size()}) : std::nullopt;
    return bytes ? RpcResult<Bytes>{std::move(*bytes)} : Failure{malformed(method, "bytes in hex")};
}

std::optional<std::uint32_t> u32_of(const json::object& object, std::string_view key)
{
    const auto number = integer_of(object, key);
    if (!number || *number < 0 || *number > UINT32_MAX)
        return std::nullopt;
    return static_cast<std::uint32_t>(*number);
}

/// Amounts come as decimals, which arrive as text, or, from other implementations, as integers.
std::optional<Sats> amount_of(const json::object& object, std::string_view key)
{
    if (const auto text = text_of(object, key))
        return sats_of_btc(*text);
    const auto whole = integer_of(object, key);
    return whole ? sats_of_btc(std::to_string(*whole)) : std::nullopt;
}

std::optional<Bytes> script_of(const json::object& output)
{
    const auto* script = output.if_contains("scriptPubKey");
    const auto hex =
        script && script->is_object() ? text_of(script->get_object(), "hex") : std::nullopt;
    return hex ? from_hex(*hex) : std::nullopt;
}
}  // namespace

RpcResult<json::value> Node::call(std::string_view method, json::array parameters)
{
    return m_rpc.call(method, std::move(parameters));
}

RpcResult<NodeInfo> Node::info()
{
    const auto reply = call("getblockchaininfo", {});
    if (!reply)
        return Failure{reply.error()};
    if (!reply->is_object())
        return Failure{malformed("getblockchaininfo", "an object")};

    const auto& object = reply->get_object();
    const auto name = text_of(object, "chain");
    const auto best =
        fixed_from_display_hex<BlockHash>(text_of(object, "bestblockhash").value_or(""));
    const auto blocks = u32_of(object, "blocks");
    const auto headers = u32_of(object, "headers");
    if (!name || !best || !blocks || !headers)
        return Failure{malformed("getblockchaininfo", "chain, bestblockhash, blocks or headers")};
    return NodeInfo{printable(*name), *best, *blocks, *headers,
        flag_of(object, "initialblockdownload").value_or(false), u32_of(object, "pruneheight")};
}

RpcResult<std::string> Node::version()
{
    const auto reply = call("getnetworkinfo", {});
    if (!reply)
        return Failure{reply.error()};
    const auto name =
        reply->is_object() ? text_of(reply->get_object(), "subversion") : std::nullopt;
    return name ? RpcResult<std::string>{printable(*name)}
                : Failure{malformed("getnetworkinfo", "subversion")};
}

RpcResult<BlockHash> Node::best_block()
{
    return to_hash<BlockHash>("getbestblockhash", call("getbestblockhash", {}));
}

RpcResult<BlockHash> Node::block_at(ChainHeight height)
{
    return to_hash<BlockHash>("getblockhash", call("getblockhash", {height.value}));
}

RpcResult<btc::RawHeader> Node::header(const BlockHash& block)
{
    const auto bytes =
        to_bytes("getblockheader", call("getblockheader", {to_display_hex(block.bytes), false}));
    if (!bytes)
        return Failure{bytes.error()};
    btc::RawHeader header;
    if (bytes->size() != header.bytes.size())
        return Failure{malformed("getblockheader", "80 bytes")};
    std::copy(bytes->begin(), bytes->end(), header.bytes.begin());
    if (btc::block_hash(header.bytes) != block)
        return Failure{malformed("getblockheader", "the header with this hash")};
    return header;
}

RpcResult<Bytes> Node::block(const BlockHash& block)
{
    return to_bytes("getblock", call("getblock", {to_display_hex(block.bytes), 0}));
}

RpcResult<std::optional<UnspentOutput>> Node::unspent(const OutPoint& output)
{
    const auto reply = call("gettxout", {to_display_hex(output.txid.bytes), output.index, false});
    if (!reply)
        return Failure{reply.error()};
    if (reply->is_null())
        return std::optional<UnspentOutput>{};
    if (!reply->is_object())
        return Failure{malformed("gettxout", "an object")};

    const auto& object = reply->get_object();
    const auto best = fixed_from_display_hex<BlockHash>(text_of(object, "bestblock").value_or(""));
    const auto value = amount_of(object, "value");
    auto script = script_of(object);
    const auto confirmations = u32_of(object, "confirmations");
    const auto coinbase = flag_of(object, "coinbase");
    if (!best || !value || !script || !confirmations || !coinbase)
        return Failure{malformed("gettxout", "bestblock, value, script or confirmations")};
    return std::optional{
        UnspentOutput{*best, *value, std::move(*script), *confirmations, *coinbase}};
}

RpcResult<Txid> Node::broadcast(ByteView transaction)
{
    return to_hash<Txid>("sendrawtransaction", call("sendrawtransaction", {to_hex(transaction)}));
}

RpcResult<bool> Node::in_mempool(const Txid& transaction)
{
    const auto reply = call("getmempoolentry", {to_display_hex(transaction.bytes)});
    if (!reply && reply.error().code == kNotFound)
        return false;
    if (!reply)
        return Failure{reply.error()};
    return true;
}
}  // namespace engine::bitcoind

#include "adapters/bitcoin/anchor.hpp"

#include "engine/base/hex.hpp"
#include "engine/bitcoin/network.hpp"

#include <algorithm>

namespace engine::bitcoind
{
namespace
{
RpcResult<btc::Header> header_at(Node& node, std::uint32_t height)
{
    const auto hash = node.block_at(ChainHeight{height});
    if (!hash)
        return Failure{hash.error()};
    const auto header = node.header(*hash);
    if (!header)
        return Failure{header.error()};
    return btc::decode_header(header->bytes);
}

RpcResult<Hash256> work_of(Node& node, const BlockHash& block)
{
    const auto reply = node.call("getblockheader", {to_display_hex(block.bytes), true});
    if (!reply)
        return Failure{reply.error()};
    const auto text = reply->is_object() ? text_of(reply->get_object(), "chainwork") : std::nullopt;
    const auto work = text ? fixed_from_hex<Hash256>(*text) : std::nullopt;
    if (work)
        return *work;
    return Failure{RpcError{RpcErrorKind::malformed, 0, "getblockheader",
        "the reply lacks chainwork", "Check the node's version."}};
}

RpcError moved(std::uint32_t height)
{
    return {RpcErrorKind::refused, 0, "getblockhash",
        "the node's chain changed below block " + std::to_string(height) + " while it was read",
        "Try again, with a block that has more confirmations."};
}
}  // namespace

RpcResult<bitcoin::ChainAnchor> read_anchor(Node& node, ChainHeight height)
{
    const auto anchor = header_at(node, height.value);
    if (!anchor)
        return Failure{anchor.error()};
    const auto work = work_of(node, btc::block_hash(*anchor));
    if (!work)
        return Failure{work.error()};
    const auto first = height.value - height.value % btc::kRetargetPeriod;
    const auto period = header_at(node, first);
    if (!period)
        return Failure{period.error()};

    bitcoin::ChainAnchor out;
    out.header.bytes = btc::encode(*anchor).bytes;
    out.height = height;
    out.work = *work;
    out.period_start = period->time;
    out.period_bits = period->bits;

    // Downward by previous hashes: the times belong to one chain, whatever the node does meanwhile.
    auto header = *anchor;
    for (std::uint32_t i = 0; i < btc::kMedianTimeSpan; ++i)
    {
        out.last_times.push_back(header.time);
        if (i == height.value)
            break;
        const auto previous = node.header(header.previous);
        if (!previous)
            return Failure{previous.error()};
        header = btc::decode_header(previous->bytes);
    }
    std::reverse(out.last_times.begin(), out.last_times.end());

    const auto again = node.block_at(height);
    if (!again)
        return Failure{again.error()};
    if (*again != btc::block_hash(*anchor))
        return Failure{moved(height.value)};
    return out;
}
}  // namespace engine::bitcoind

#include "adapters/bitcoin/follow_fault.hpp"

namespace engine::bitcoind
{
FollowFault fault_of(const RpcError& error, std::string_view what)
{
    const auto kind =
        error.kind == RpcErrorKind::interrupted ? FollowFaultKind::stopping : FollowFaultKind::node;
    return {kind, "bitcoin_" + std::string{name(error.kind)}, std::string{what}, to_string(error),
        error.action};
}

std::string_view kind_of(const FollowFault& fault)
{
    if (fault.kind == FollowFaultKind::refused)
        return "inadmissible";
    const std::string_view code = fault.code;
    constexpr std::string_view kPrefix = "bitcoin_";
    return code.starts_with(kPrefix) ? code.substr(kPrefix.size()) : code;
}

FaultClass class_of(const FollowFault& fault)
{
    const auto kind = kind_of(fault);
    if (kind == "malformed" || kind == "too_large" || kind == "wrong_height")
        return FaultClass::lies;
    switch (fault.kind)
    {
        case FollowFaultKind::wrong_network:
        case FollowFaultKind::other_chain:
            return FaultClass::other_chain;
        case FollowFaultKind::bad_block:
        case FollowFaultKind::refused:
            return FaultClass::lies;
        case FollowFaultKind::node:
        case FollowFaultKind::pruned:
        case FollowFaultKind::gap:
        case FollowFaultKind::stopping:
            return FaultClass::away;
    }
    return FaultClass::away;
}
}  // namespace engine::bitcoind

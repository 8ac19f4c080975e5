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
}  // namespace engine::bitcoind

#include "engine/bitcoin/data_carrier.hpp"

#include "engine/bitcoin/script.hpp"

namespace engine::btc
{
std::optional<ByteView> data_carrier(ByteView script)
{
    if (script.empty() || script[0] != op::kReturn)
        return std::nullopt;
    Instructions rest{script.subspan(1)};
    const auto push = rest.next();
    if (!push || push->opcode > op::kPushData4 || !rest.rest().empty())
        return std::nullopt;
    return push->data;
}
}  // namespace engine::btc

#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/check.hpp"

namespace engine::test
{
/// What decodes has one form: encoding it gives back the bytes. Everything else is refused, and
/// nothing may crash.
template <typename Decode, typename Encode>
void decodes_to_itself(ByteView bytes, Decode&& decode, Encode&& encode)
{
    const auto value = decode(bytes);
    if (!value.has_value())
        return;
    const auto again = encode(*value);
    ENSURE(equal(again, bytes));
}
}  // namespace engine::test

#pragma once

#include "engine/base/bytes.hpp"

#include <optional>

namespace engine::btc
{
/// The data of a data-carrier output: OP_RETURN and one push, in any of its forms, to the end of
/// the script. Valid as long as the script. Nothing for any other script.
std::optional<ByteView> data_carrier(ByteView script);
}  // namespace engine::btc

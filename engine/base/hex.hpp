#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/strong.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace engine
{
/// Lower-case hexadecimal, two digits a byte.
std::string to_hex(ByteView bytes);

/// Bytes of a hexadecimal text of either case. Nothing when a digit is missing or foreign.
std::optional<Bytes> from_hex(std::string_view text);

/// Hexadecimal in reversed byte order: how Bitcoin shows block and transaction hashes.
std::string to_display_hex(ByteView bytes);

template <typename Id>
std::optional<Id> fixed_from_hex(std::string_view text)
{
    const auto bytes = from_hex(text);
    if (!bytes || bytes->size() != Id::kSize)
        return std::nullopt;
    Id id;
    std::copy(bytes->begin(), bytes->end(), id.bytes.begin());
    return id;
}

/// Reads what to_display_hex wrote.
template <typename Id>
std::optional<Id> fixed_from_display_hex(std::string_view text)
{
    auto id = fixed_from_hex<Id>(text);
    if (id)
        std::reverse(id->bytes.begin(), id->bytes.end());
    return id;
}
}  // namespace engine

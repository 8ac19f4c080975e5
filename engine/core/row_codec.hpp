#pragma once

// row := the members in declared order, without the trailing ones that equal their default
//
// So a member that is appended to a row leaves every encoded row as it is, and with it every root.
// An encoded trailing default is refused: a row has one encoding. An empty encoding is a row.

#include "engine/core/byte_codec.hpp"

namespace engine
{
template <typename Out, Described T>
void encode_row(Out& out, const T& row)
{
    [[maybe_unused]] const T defaults{};
    std::size_t last = 0;  // One past the last member that is written.
    std::size_t i = 0;
    std::apply(
        [&](const auto&... f) {
            ((++i, last = row.*(f.member) == defaults.*(f.member) ? last : i), ...);
        },
        T::describe());
    i = 0;
    for_each_field(row, [&](std::string_view, const auto& member) {
        if (i++ < last)
            encode_value(out, member);
    });
}

template <Described T>
Bytes encode_row(const T& row)
{
    Bytes out;
    encode_row(out, row);
    return out;
}

/// The row of an encoding. Nothing on input that encode_row can't have written.
template <Described T>
std::optional<T> decode_row(ByteView in)
{
    T row{};
    bool good = true;
    bool last_is_default = false;
    [[maybe_unused]] const T defaults{};
    std::apply(
        [&](const auto&... f) {
            [[maybe_unused]] const auto read = [&](const auto& f1) {
                if (!good || in.empty())
                    return;
                good = decode_value(in, row.*(f1.member));
                last_is_default = row.*(f1.member) == defaults.*(f1.member);
            };
            (read(f), ...);
        },
        T::describe());
    if (!good || !in.empty() || last_is_default)
        return std::nullopt;
    return row;
}
}  // namespace engine

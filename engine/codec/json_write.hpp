#pragma once

// Values as JSON.
//
// integer, strong integer  := number
// amount                   := number of satoshis; the member's name ends in `_sats`
// enum                     := its name; its number where it has none
// id, key, bytes           := hexadecimal; Txid and BlockHash in reversed byte order
// outpoint                 := "TXID:INDEX"
// place of an event        := "HEIGHT.INDEX"
// optional                 := null | value
// struct                   := object, members in declared order; or the text that its module gives

#include "engine/base/hex.hpp"
#include "engine/codec/names.hpp"

#include <boost/json.hpp>

#include <concepts>

namespace engine::json
{
using boost::json::array;
using boost::json::object;
using boost::json::value;

/// Not with braces: those would make a list.
inline value text(std::string_view v)
{
    return value(boost::json::string_view{v.data(), v.size()});
}

inline value write(bool v)
{
    return v;
}

template <std::unsigned_integral T>
requires(!std::same_as<T, bool>) value write(T v)
{
    return static_cast<std::uint64_t>(v);
}

inline value write(std::int64_t v)
{
    return v;
}

inline value write(const std::string& v)
{
    return text(v);
}

inline value write(Sats v)
{
    return v.value();
}

inline value write(const Bytes& v)
{
    return text(to_hex(v));
}

inline value write(const KeyRest& v)
{
    return text(to_hex(v.bytes));
}

inline value write(const OutPoint& v)
{
    return text(to_display_hex(v.txid.bytes) + ":" + std::to_string(v.index));
}

inline value write(const EventPlace& v)
{
    return text(std::to_string(v.height.value) + "." + std::to_string(v.index));
}

template <typename Tag, typename Rep>
value write(const Strong<Tag, Rep>& v)
{
    return write(v.value);
}

template <typename Tag, std::size_t N>
value write(const FixedBytes<Tag, N>& v)
{
    return text(names::kReversed<FixedBytes<Tag, N>> ? to_display_hex(v.bytes) : to_hex(v.bytes));
}

template <typename E>
requires std::is_enum_v<E> value write(E v)
{
    if constexpr (requires { name(v); })
        return text(name(v));
    else
        return static_cast<std::uint64_t>(v);
}

template <names::HasText T>
value write(const T& v)
{
    return text(to_text(v));
}

template <names::Shown T>
requires(!names::HasText<T>) value write(const T& v);

template <typename T>
value write(const std::optional<T>& v)
{
    return v ? write(*v) : value{nullptr};
}

template <typename T>
value write(const std::vector<T>& v)
{
    array out;
    for (const auto& item : v)
        out.push_back(write(item));
    return out;
}

template <names::Shown T>
requires(!names::HasText<T>) value write(const T& v)
{
    object out;
    const auto add = [&](const auto& f) {
        const auto& member = v.*(f.member);
        out[names::with_unit<std::remove_cvref_t<decltype(member)>>(f.name)] = write(member);
    };
    std::apply([&](const auto&... f) { (add(f), ...); }, names::members_of<T>());
    return out;
}
}  // namespace engine::json

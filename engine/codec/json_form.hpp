#pragma once

// The form of what json_write.hpp makes, type by type, as JSON Schema (draft 2020-12). Made from
// the same names and members, so that a module that is added, or a member, is in it.

#include "engine/codec/json_write.hpp"

#include <cstdint>
#include <limits>

namespace engine::json
{
inline object form(std::type_identity<bool>)
{
    return {{"type", "boolean"}};
}

template <std::unsigned_integral T>
requires(!std::same_as<T, bool>) object form(std::type_identity<T>)
{
    object out{{"type", "integer"}, {"minimum", 0}};
    if constexpr (sizeof(T) < sizeof(std::uint64_t))
        out["maximum"] = static_cast<std::int64_t>(std::numeric_limits<T>::max());
    return out;
}

inline object form(std::type_identity<std::int64_t>)
{
    return {{"type", "integer"}};
}

inline object form(std::type_identity<std::string>)
{
    return {{"type", "string"}};
}

inline object matching(std::string_view pattern)
{
    return {{"type", "string"}, {"pattern", text(pattern)}};
}

inline object form(std::type_identity<Sats>)
{
    return form(std::type_identity<std::uint64_t>{});
}

inline object form(std::type_identity<Bytes>)
{
    return matching("^([0-9a-f]{2})*$");
}

inline object form(std::type_identity<OutPoint>)
{
    return matching("^[0-9a-f]{64}:[0-9]+$");
}

inline object form(std::type_identity<EventPlace>)
{
    return matching("^[0-9]+[.][0-9]+$");
}

template <typename Tag, typename Rep>
object form(std::type_identity<Strong<Tag, Rep>>)
{
    return form(std::type_identity<Rep>{});
}

template <typename Tag, std::size_t N>
object form(std::type_identity<FixedBytes<Tag, N>>)
{
    return matching("^[0-9a-f]{" + std::to_string(2 * N) + "}$");
}

template <typename E>
requires std::is_enum_v<E> object form(std::type_identity<E>)
{
    array values;
    for (unsigned raw = 0; raw <= UINT8_MAX && is_declared(static_cast<E>(raw)); ++raw)
        values.push_back(write(static_cast<E>(raw)));
    return {{"enum", std::move(values)}};
}

template <names::HasText T>
object form(std::type_identity<T>)
{
    return {{"type", "string"}, {"minLength", 1}};
}

template <names::Shown T>
requires(!names::HasText<T>) object form(std::type_identity<T>);

template <typename T>
object form(std::type_identity<std::optional<T>>)
{
    return {{"oneOf", {form(std::type_identity<T>{}), {{"type", "null"}}}}};
}

template <typename T>
object form(std::type_identity<std::vector<T>>)
{
    return {{"type", "array"}, {"items", form(std::type_identity<T>{})}};
}

/// An object with these members and no others.
inline object closed(object properties)
{
    array required;
    for (const auto& member : properties)
        required.push_back(text(member.key()));
    return {{"type", "object"}, {"properties", std::move(properties)},
        {"required", std::move(required)}, {"additionalProperties", false}};
}

/// An object with one member, whose name says the kind.
inline object only_member(std::string_view name, object content)
{
    object properties;
    properties[name] = std::move(content);
    return closed(std::move(properties));
}

template <names::Shown T>
requires(!names::HasText<T>) object form(std::type_identity<T>)
{
    object properties;
    const auto add = [&]<typename S, typename M>(const Field<S, M>& f) {
        properties[names::with_unit<M>(f.name)] = form(std::type_identity<M>{});
    };
    static_cast<void>(add);
    std::apply([&](const auto&... f) { (add(f), ...); }, names::members_of<T>());
    return closed(std::move(properties));
}
}  // namespace engine::json

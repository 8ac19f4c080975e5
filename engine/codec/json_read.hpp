#pragma once

// Reads what json_write.hpp writes. Everything here throws json_error on what a value can't be; the
// functions of json.hpp and table_codec.hpp turn that into Invalid.

#include "engine/base/nearest.hpp"
#include "engine/codec/json_write.hpp"

#include <charconv>
#include <limits>
#include <span>
#include <stdexcept>
#include <utility>

namespace engine::json
{
/// Says which member, what it is and what was expected.
struct json_error : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

/// Names the member in which something was wrong.
template <typename F>
auto within(std::string_view member, F&& read_member)
try
{
    return read_member();
}
catch (const json_error& e)
{
    const std::string inner = e.what();
    const bool deeper = inner.starts_with('[') || inner.starts_with('.');
    const bool is_item = member.starts_with('[');
    throw json_error{(is_item ? "" : ".") + std::string{member} + (deeper ? "" : ": ") + inner};
}

inline std::string shown(const value& v)
{
    constexpr std::size_t kLongest = 80;
    auto text = boost::json::serialize(v);
    return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

[[noreturn]] inline void expected(std::string_view what, const value& v)
{
    throw json_error{"expected " + std::string{what} + ", got " + shown(v)};
}

/// ` (did you mean x?)`, or nothing.
inline std::string suggestion(std::string_view text, std::span<const std::string> known)
{
    const std::vector<std::string_view> views{known.begin(), known.end()};
    const auto meant = nearest(text, views);
    return meant ? " (did you mean " + std::string{*meant} + "?)" : "";
}

template <typename T>
T read(const value& v);

/// The whole of a text as a number of its type; nothing for anything else.
template <std::integral T>
std::optional<T> number_in(std::string_view text)
{
    T out{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return out;
}

inline std::string_view text_of(std::string_view what, const value& v)
{
    const auto* text = v.if_string();
    if (text == nullptr)
        expected(what, v);
    return {text->data(), text->size()};
}

template <typename T>
struct Read;

template <>
struct Read<bool>
{
    static bool from(const value& v)
    {
        if (!v.is_bool())
            expected("true or false", v);
        return v.get_bool();
    }
};

template <std::integral T>
struct Read<T>
{
    static T from(const value& v)
    {
        if (v.is_uint64() && std::in_range<T>(v.get_uint64()))
            return static_cast<T>(v.get_uint64());
        if (v.is_int64() && std::in_range<T>(v.get_int64()))
            return static_cast<T>(v.get_int64());
        using Limits = std::numeric_limits<T>;
        expected("a whole number from " + std::to_string(Limits::min()) + " to " +
                     std::to_string(Limits::max()),
            v);
    }
};

template <>
struct Read<std::string>
{
    static std::string from(const value& v) { return std::string{text_of("a text", v)}; }
};

template <>
struct Read<Sats>
{
    static Sats from(const value& v)
    {
        const auto amount =
            v.is_number() && !v.is_double() ? Sats::from(read<std::uint64_t>(v)) : std::nullopt;
        if (!amount)
            expected("satoshis, at most " + std::to_string(Sats::kMax), v);
        return *amount;
    }
};

template <>
struct Read<Bytes>
{
    static Bytes from(const value& v)
    {
        auto bytes = from_hex(text_of("hexadecimal text", v));
        if (!bytes)
            expected("hexadecimal text", v);
        return *std::move(bytes);
    }
};

template <>
struct Read<KeyRest>
{
    static KeyRest from(const value& v) { return {read<Bytes>(v)}; }
};

template <>
struct Read<OutPoint>
{
    static OutPoint from(const value& v)
    {
        constexpr auto kForm = "TXID:INDEX";
        const auto text = text_of(kForm, v);
        const auto colon = std::min(text.find(':'), text.size());
        const auto txid = fixed_from_display_hex<Txid>(text.substr(0, colon));
        const auto index = number_in<std::uint32_t>(text.substr(std::min(colon + 1, text.size())));
        if (!txid || !index)
            expected(kForm, v);
        return {*txid, *index};
    }
};

template <>
struct Read<EventPlace>
{
    static EventPlace from(const value& v)
    {
        constexpr auto kForm = "HEIGHT.INDEX in quotes";
        const auto text = text_of(kForm, v);
        const auto dot = std::min(text.find('.'), text.size());
        const auto height = number_in<std::uint64_t>(text.substr(0, dot));
        const auto index = number_in<std::uint32_t>(text.substr(std::min(dot + 1, text.size())));
        if (!height || !index)
            expected(kForm, v);
        return {LogHeight{*height}, *index};
    }
};

template <typename Tag, typename Rep>
struct Read<Strong<Tag, Rep>>
{
    static Strong<Tag, Rep> from(const value& v) { return Strong<Tag, Rep>{read<Rep>(v)}; }
};

template <typename Tag, std::size_t N>
struct Read<FixedBytes<Tag, N>>
{
    using Id = FixedBytes<Tag, N>;

    static Id from(const value& v)
    {
        const auto form = std::to_string(2 * N) + " hexadecimal digits";
        const auto text = text_of(form, v);
        const auto id =
            names::kReversed<Id> ? fixed_from_display_hex<Id>(text) : fixed_from_hex<Id>(text);
        if (!id)
            expected(form, v);
        return *id;
    }
};

template <typename E>
requires std::is_enum_v<E>
struct Read<E>
{
    static E from(const value& v)
    {
        std::string known;
        for (unsigned raw = 0; raw <= UINT8_MAX && is_declared(static_cast<E>(raw)); ++raw)
        {
            const auto e = static_cast<E>(raw);
            if (write(e) == v)
                return e;
            known += (raw == 0 ? "" : ", ") + boost::json::serialize(write(e));
        }
        expected("one of " + known, v);
    }
};

template <names::HasText T>
struct Read<T>
{
    static T from(const value& v)
    {
        const auto parsed = from_text(std::type_identity<T>{}, text_of("a text", v));
        if (!parsed)
            expected("the text of an address with a right checksum", v);
        return *parsed;
    }
};

template <typename T>
struct Read<std::optional<T>>
{
    static std::optional<T> from(const value& v)
    {
        return v.is_null() ? std::nullopt : std::optional{read<T>(v)};
    }
};

template <typename T>
struct Read<std::vector<T>>
{
    static std::vector<T> from(const value& v)
    {
        const auto* items = v.if_array();
        if (items == nullptr)
            expected("a list", v);
        std::vector<T> out;
        for (const auto& item : *items)
            out.push_back(
                within("[" + std::to_string(out.size()) + "]", [&] { return read<T>(item); }));
        return out;
    }
};

inline const object& object_of(const value& v)
{
    const auto* members = v.if_object();
    if (members == nullptr)
        expected("an object", v);
    return *members;
}

/// No member may be there that nobody reads.
inline void only(const object& members, std::span<const std::string> known)
{
    for (const auto& member : members)
    {
        const std::string_view name{member.key().data(), member.key().size()};
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw json_error{"no member " + std::string{name} + suggestion(name, known)};
    }
}

inline const value& at(const object& members, std::string_view name)
{
    const auto* member = members.if_contains(name);
    if (member == nullptr)
        throw json_error{"member " + std::string{name} + " is missing"};
    return *member;
}

template <names::Shown T>
requires(!names::HasText<T>) struct Read<T>
{
    static T from(const value& v)
    {
        const auto& members = object_of(v);
        only(members, names::shown_names<T>());
        T out{};
        const auto take = [&](const auto& f) {
            using Member = std::remove_cvref_t<decltype(out.*(f.member))>;
            const auto name = names::with_unit<Member>(f.name);
            const auto& given = at(members, name);
            out.*(f.member) = within(name, [&] { return read<Member>(given); });
        };
        std::apply([&](const auto&... f) { (take(f), ...); }, names::members_of<T>());
        return out;
    }
};

template <typename T>
T read(const value& v)
{
    return Read<T>::from(v);
}
}  // namespace engine::json

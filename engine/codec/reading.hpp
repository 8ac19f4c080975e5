#pragma once

// How a module's codec reads the members of a wire struct. Everything here throws wire_error on
// what a member can't be; decode_event turns that into Invalid.

#include "engine/base/bytes.hpp"
#include "engine/base/sats.hpp"
#include "engine/base/strong.hpp"
#include "engine/codec/utf8.hpp"

#include <capnp/blob.h>
#include <capnp/list.h>

#include <algorithm>
#include <concepts>
#include <stdexcept>
#include <string>
#include <vector>

namespace engine
{
/// Says which member, what it is and what was expected. Never leaves decode_event.
struct wire_error : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

namespace reading
{
inline std::string number(std::uint64_t value)
{
    return std::to_string(value);
}

[[noreturn]] inline void fail(const char* member, const std::string& what)
{
    throw wire_error{std::string{member} + ": " + what};
}

/// What points to a struct or a list can be absent; a member that must be there is asked for.
inline void required(bool present, const char* member)
{
    if (!present)
        fail(member, "absent");
}

inline void at_most(std::size_t size, std::size_t max, const char* unit, const char* member)
{
    if (size > max)
        fail(member, number(size) + " " + unit + ", expected at most " + number(max));
}

template <typename Id>
Id fixed(capnp::Data::Reader data, const char* member)
{
    if (data.size() != Id::kSize)
        fail(member, number(data.size()) + " bytes, expected " + number(Id::kSize));
    Id id;
    std::copy(data.begin(), data.end(), id.bytes.begin());
    return id;
}

/// An id whose zero is written as nothing.
template <typename Id>
Id fixed_or_zero(capnp::Data::Reader data, const char* member)
{
    return data.size() == 0 ? Id{} : fixed<Id>(data, member);
}

/// Ids one after the other.
template <typename Id>
std::vector<Id> fixed_list(capnp::Data::Reader data, std::size_t max, const char* member)
{
    if (data.size() % Id::kSize != 0)
        fail(member, number(data.size()) + " bytes, expected a multiple of " + number(Id::kSize));
    at_most(data.size() / Id::kSize, max, "items", member);
    std::vector<Id> out(data.size() / Id::kSize);
    for (std::size_t i = 0; i < out.size(); ++i)
        std::copy_n(data.begin() + i * Id::kSize, Id::kSize, out[i].bytes.begin());
    return out;
}

inline Bytes bytes(capnp::Data::Reader data, std::size_t max, const char* member)
{
    at_most(data.size(), max, "bytes", member);
    return {data.begin(), data.end()};
}

inline std::string text(capnp::Text::Reader reader, std::size_t max, const char* member)
{
    at_most(reader.size(), max, "bytes", member);
    std::string out{reader.begin(), reader.end()};
    if (out.find('\0') != std::string::npos)
        fail(member, "holds a zero byte");
    if (!is_utf8({reinterpret_cast<const std::uint8_t*>(out.data()), out.size()}))
        fail(member, "not UTF-8");
    return out;
}

inline Sats sats(std::uint64_t raw, const char* member)
{
    const auto amount = Sats::from(raw);
    if (!amount)
        fail(member, number(raw) + " satoshis, expected at most " + number(Sats::kMax));
    return *amount;
}

/// An enum of the schema, whose numbers are those of the engine's.
template <typename E, typename Wire>
E declared(Wire raw, const char* member)
{
    const auto value = static_cast<std::uint16_t>(raw);
    if (value > UINT8_MAX || !is_declared(static_cast<E>(value)))
        fail(member, number(value) + " is no declared value");
    return static_cast<E>(value);
}

template <typename List>
auto list_at_most(List list, std::size_t max, const char* member)
{
    at_most(list.size(), max, "items", member);
    return list;
}
}  // namespace reading
}  // namespace engine

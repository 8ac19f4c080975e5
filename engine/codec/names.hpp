#pragma once

// The names of everything that is shown. A new module is one line here.

#include "engine/domain/access/names.hpp"
#include "engine/domain/bitcoin/names.hpp"
#include "engine/domain/outbox/names.hpp"
#include "engine/domain/peg/names.hpp"
#include "engine/domain/probe/names.hpp"
#include "engine/fold/event.hpp"

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace engine
{
constexpr std::string_view kind_name(std::type_identity<Genesis>)
{
    return "genesis";
}

constexpr std::string_view kind_name(std::type_identity<BlockOpened>)
{
    return "block_opened";
}
constexpr auto members(std::type_identity<BlockOpened>)
{
    return fields();
}

constexpr std::string_view kind_name(std::type_identity<EngineAuthor>)
{
    return "engine";
}
constexpr auto members(std::type_identity<EngineAuthor>)
{
    return fields();
}

constexpr std::string_view kind_name(std::type_identity<Authorization>)
{
    return "command";
}
constexpr auto members(std::type_identity<Authorization>)
{
    using A = Authorization;
    return fields(field("key", &A::key), field("sequence", &A::sequence),
        field("expiry", &A::expiry), field("signature", &A::signature));
}

constexpr std::string_view kind_name(std::type_identity<Origin>)
{
    return "observation";
}
constexpr auto members(std::type_identity<Origin>)
{
    using O = Origin;
    return fields(field("source", &O::source), field("position", &O::position),
        field("key", &O::key), field("signature", &O::signature));
}

namespace names
{
template <typename T>
concept HasMembers = requires
{
    members(std::type_identity<T>{});
};

/// A struct that is shown member by member.
template <typename T>
concept Shown = Described<T> || HasMembers<T>;

template <Shown T>
constexpr auto members_of()
{
    if constexpr (HasMembers<T>)
        return members(std::type_identity<T>{});
    else
        return T::describe();
}

/// A type with a text of its own, read and written by its module.
template <typename T>
concept HasText = requires(const T& value, std::string_view text)
{
    to_text(value);
    from_text(std::type_identity<T>{}, text);
};

/// Bitcoin's own tools show these in reversed byte order.
template <typename T>
inline constexpr bool kReversed = std::is_same_v<T, Txid> || std::is_same_v<T, Wtxid> ||
                                  std::is_same_v<T, BlockHash> || std::is_same_v<T, MerkleRoot>;

/// The name of a member with its unit: amounts end in `_sats`.
template <typename T>
std::string with_unit(std::string_view name)
{
    std::string out{name};
    if constexpr (std::is_same_v<T, Sats> || std::is_same_v<T, std::optional<Sats>>)
        out += out.ends_with("_sats") ? "" : "_sats";
    return out;
}

/// The names of a struct's members as they are shown, in order.
template <Shown T>
std::vector<std::string> shown_names()
{
    std::vector<std::string> out;
    const auto add = [&]<typename S, typename M>(
                         const Field<S, M>& f) { out.push_back(with_unit<M>(f.name)); };
    static_cast<void>(add);
    std::apply([&](const auto&... f) { (add(f), ...); }, members_of<T>());
    return out;
}
}  // namespace names
}  // namespace engine

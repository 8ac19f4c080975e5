#pragma once

#include <string_view>
#include <tuple>

namespace engine
{
/// A member of a described struct, by the name that people see.
template <typename T, typename M>
struct Field
{
    std::string_view name;
    M T::*member;
};

template <typename T, typename M>
constexpr Field<T, M> field(std::string_view name, M T::*member)
{
    return {name, member};
}

template <typename... F>
constexpr std::tuple<F...> fields(F... list)
{
    return {list...};
}

/// A struct that lists its members once, in `static constexpr auto describe()`. Binary codec, JSON
/// and the names that people see all follow that list.
template <typename T>
concept Described = requires
{
    T::describe();
};

/// Calls visit(name, member) for each member of a described struct, in order.
template <Described T, typename F>
constexpr void for_each_field(T& object, F&& visit)
{
    std::apply([&](const auto&... f) { (visit(f.name, object.*(f.member)), ...); },
        std::remove_cvref_t<T>::describe());
}
}  // namespace engine

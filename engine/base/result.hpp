#pragma once

#include "engine/base/check.hpp"

#include <utility>
#include <variant>

namespace engine
{
template <typename E>
struct Failure
{
    E error;
};
template <typename E>
Failure(E) -> Failure<E>;

/// The value of a Result that has nothing to say but that it worked.
struct Done
{
    friend constexpr bool operator==(Done, Done) = default;
};

/// A value or the reason why there is none. The names follow std::expected, so that C++23 can
/// replace this file by an alias.
template <typename T, typename E>
class [[nodiscard]] Result
{
    std::variant<T, E> m_data;

public:
    constexpr Result(T value) : m_data{std::in_place_index<0>, std::move(value)} {}
    constexpr Result(Failure<E> f) : m_data{std::in_place_index<1>, std::move(f.error)} {}

    constexpr bool has_value() const noexcept { return m_data.index() == 0; }
    constexpr explicit operator bool() const noexcept { return has_value(); }

    constexpr const T& operator*() const&
    {
        ENSURE(has_value());
        return *std::get_if<0>(&m_data);
    }
    constexpr T& operator*() &
    {
        ENSURE(has_value());
        return *std::get_if<0>(&m_data);
    }
    constexpr T&& operator*() &&
    {
        ENSURE(has_value());
        return std::move(*std::get_if<0>(&m_data));
    }
    constexpr const T* operator->() const { return &**this; }
    constexpr T* operator->() { return &**this; }

    constexpr const E& error() const
    {
        ENSURE(!has_value());
        return *std::get_if<1>(&m_data);
    }
};
}  // namespace engine

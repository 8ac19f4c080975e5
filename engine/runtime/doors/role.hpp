#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace engine::doors
{
/// What a caller of the HTTP API may do. Each may do what those before it may. None of them has
/// authority over what is recorded: that is a signature in the event, checked by every replay.
enum class Role : std::uint8_t
{
    read,     ///< Everything that changes nothing.
    submit,   ///< Also hand in signed commands.
    operate,  ///< Also have the node do work on its disk.
};

constexpr std::string_view name(Role role)
{
    switch (role)
    {
        case Role::read:
            return "read";
        case Role::submit:
            return "submit";
        case Role::operate:
            return "operate";
    }
    return {};
}

constexpr std::optional<Role> role_from(std::string_view text)
{
    for (const auto role : {Role::read, Role::submit, Role::operate})
    {
        if (text == name(role))
            return role;
    }
    return std::nullopt;
}

constexpr bool may(Role has, Role needs)
{
    return has >= needs;
}
}  // namespace engine::doors

#include "engine/cli/service_manager.hpp"

#include "adapters/system/descriptor.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace engine::cli
{
void tell_service_manager(std::string_view state)
{
    const char* const name = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string_view path = name ? name : "";
    if (path.size() < 2 || path.size() >= sizeof address.sun_path ||
        (path.front() != '/' && path.front() != '@'))
        return;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (path.front() == '@')  // An abstract socket: no file.
        address.sun_path[0] = '\0';

    const Descriptor socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (!socket.is_open())
        return;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    static_cast<void>(::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL,
        reinterpret_cast<const sockaddr*>(&address), size));
}
}  // namespace engine::cli

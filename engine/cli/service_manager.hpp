#pragma once

#include <string_view>

namespace engine::cli
{
/// Tells the service manager how this process is, as sd_notify(3) does: one datagram to the socket
/// that NOTIFY_SOCKET names ("READY=1", "STOPPING=1", "STATUS=..."). Without that variable, or when
/// nobody listens there, nothing happens: what a service manager knows changes nothing here.
void tell_service_manager(std::string_view state);
}  // namespace engine::cli

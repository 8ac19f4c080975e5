#pragma once

#include "engine/ports/http.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace engine
{
/// The head of a server-sent event stream (HTML standard, section 9.2).
inline HttpResponse event_stream_head()
{
    HttpResponse head;
    head.content_type = "text/event-stream";
    head.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    return head;
}

/// One event. `id` is what the client sends back as Last-Event-ID; empty leaves its last one in
/// force. `type` empty means "message". Each line of the data becomes a data field. Neither id nor
/// type may hold a line break.
inline std::string server_sent_event(
    std::string_view id, std::string_view type, std::string_view data)
{
    std::string out;
    if (!id.empty())
        ((out += "id: ") += id) += '\n';
    if (!type.empty())
        ((out += "event: ") += type) += '\n';
    for (std::size_t from = 0; from <= data.size();)
    {
        const auto end = std::min(data.find('\n', from), data.size());
        ((out += "data: ") += data.substr(from, end - from)) += '\n';
        from = end + 1;
    }
    return out += '\n';
}
}  // namespace engine

#include "engine/runtime/api_streams.hpp"

#include "engine/ports/server_sent_events.hpp"
#include "engine/runtime/api_json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace engine::api
{
void Streams::open(const HttpRequest& request, const Exchange& exchange)
{
    auto after = find_field(request.query, "after");
    if (const auto last = find_field(request.headers, "Last-Event-ID"))
        after = last;
    if (after && *after != "genesis" && !place_from_text(*after))
        return refuse(
            exchange, bad_request("bad-place", "after is a place HEIGHT.INDEX, or `genesis`",
                          "leave it out to get what comes next"));
    const auto given = after ? std::optional{std::string{*after}} : std::nullopt;
    m->on_fold([self = shared_from_this(), given, exchange] { self->begin(given, exchange); });
}

// Without a place, the stream begins behind the newest durable event.
std::optional<EventPlace> Streams::begin_after(const std::optional<std::string>& given) const
{
    if (given)
        return *given == "genesis" ? std::nullopt : place_from_text(*given);
    return EventPlace{m->parts.node.sequencer().status().height, UINT32_MAX - 1};
}

void Streams::begin(const std::optional<std::string>& given, const Exchange& exchange)
{
    if (m->stopping)
        return refuse(exchange, stopping("come back with the last id"));
    const auto after = begin_after(given);
    const auto tip = m->parts.node.sequencer().status().height;
    if (after && after->height > tip)
        return refuse(
            exchange, not_found("beyond-end", fmt::format("the log ends at height {}", tip.value),
                          "give back the last id that came from this log"));
    auto stream = exchange->open_stream(event_stream_head());
    if (!stream)
        return;
    drop_closed();
    m_feeds.push_back(std::make_shared<EventFeed>(
        m->parts.node.log(), m->parts.executor, std::move(stream), after));
    m_feeds.back()->poke();
}

void Streams::drop_closed()
{
    std::erase_if(m_feeds, [](const auto& feed) { return !feed->open(); });
}

void Streams::poke_all()
{
    drop_closed();
    for (const auto& feed : m_feeds)
        feed->poke();
}

void Streams::close_all()
{
    for (const auto& feed : m_feeds)
        feed->close();
    m_feeds.clear();
}
}  // namespace engine::api

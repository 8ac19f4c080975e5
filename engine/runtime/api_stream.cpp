#include "engine/runtime/api_stream.hpp"

#include "engine/codec/codec.hpp"
#include "engine/ports/server_sent_events.hpp"
#include "engine/runtime/api_json.hpp"

#include <algorithm>

namespace engine
{
void EventFeed::poke()
{
    // The first of several pokes starts a task; it sees the others before it ends.
    if (m_pokes.fetch_add(1) == 0)
        m_executor.post(Lane::check, [self = shared_from_this()] { self->run(); });
}

void EventFeed::run()
{
    auto seen = m_pokes.load();
    do
    {
        send_all();
    } while (!m_pokes.compare_exchange_strong(seen, 0));
}

void EventFeed::send_all()
{
    while (m_stream->open() && (m_block != nullptr || next_block()))
    {
        if (!send_block())
            return;
    }
}

bool EventFeed::next_block()
{
    if (!m_reader)
    {
        auto reader = m_log.reader(m_after ? m_after->height : LogHeight{0});
        if (!reader)
        {
            m_stream->close();
            return false;
        }
        m_reader = *std::move(reader);
    }
    const auto block = m_reader->next();
    if (!block)
    {
        m_stream->close();
        return false;
    }
    m_block = *block;
    const bool is_begun = m_block != nullptr && m_after && m_after->height == m_block->height();
    // The largest index has no next: then nothing of the block is left to send.
    m_next = is_begun ? std::max(m_after->index, m_after->index + 1) : 0;
    return m_block != nullptr;
}

bool EventFeed::send_block()
{
    for (; m_next < m_block->event_count(); ++m_next)
    {
        const auto bytes = m_block->event(m_next);
        const auto event = decode_event(bytes);
        if (!event)
        {
            m_stream->close();
            return false;
        }
        const EventPlace place{m_block->height(), m_next};
        const auto id = to_text(place);
        auto frame = server_sent_event(id, {},
            boost::json::serialize(
                event_to_json(place, event_hash(bytes), m_block->result(m_next), *event)));
        if (frame.size() > m_stream->room())
        {
            m_stream->when_drained([self = shared_from_this()] { self->poke(); });
            return false;
        }
        if (!m_stream->send(std::move(frame), id))
            return false;
        m_after = place;
    }
    m_block = nullptr;
    return true;
}
}  // namespace engine

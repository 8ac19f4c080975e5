#include "adapters/http/stream_buffer.hpp"

#include <utility>

namespace engine::http
{
using Lock = std::lock_guard<std::mutex>;

StreamBuffer::Push StreamBuffer::push(std::string frame, std::string id)
{
    const Lock lock{m_mutex};
    if (m_state != State::open)
        return Push::ended;
    if (m_bytes != 0 && m_bytes + frame.size() > m_bound)
    {
        m_state = State::cut;
        m_frames.clear();
        m_bytes = m_bytes_taken;
        return Push::overrun;
    }
    m_bytes += frame.size();
    m_frames.push_back({std::move(frame), std::move(id)});
    return Push::queued;
}

std::size_t StreamBuffer::room() const
{
    const Lock lock{m_mutex};
    return m_state == State::open && m_bytes < m_bound ? m_bound - m_bytes : 0;
}

bool StreamBuffer::open() const
{
    const Lock lock{m_mutex};
    return m_state == State::open;
}

bool StreamBuffer::was_cut() const
{
    const Lock lock{m_mutex};
    return m_state == State::cut;
}

void StreamBuffer::close()
{
    const Lock lock{m_mutex};
    if (m_state == State::open)
        m_state = State::closed;
}

std::string StreamBuffer::take(std::size_t bytes)
{
    const Lock lock{m_mutex};
    std::string batch;
    while (!m_frames.empty() && (batch.empty() || batch.size() + m_frames[0].bytes.size() <= bytes))
    {
        auto frame = std::move(m_frames.front());
        m_frames.pop_front();
        batch += frame.bytes;
        if (!frame.id.empty())
            m_id_taken = std::move(frame.id);
    }
    m_bytes_taken = batch.size();
    return batch;
}

void StreamBuffer::sent()
{
    const Lock lock{m_mutex};
    m_bytes -= m_bytes_taken;
    m_bytes_taken = 0;
    m_id_sent = m_id_taken;
}

bool StreamBuffer::finished() const
{
    const Lock lock{m_mutex};
    return m_state != State::open && m_bytes == 0;
}

std::string StreamBuffer::last_id() const
{
    const Lock lock{m_mutex};
    return m_id_sent;
}

void StreamBuffer::abort()
{
    const Lock lock{m_mutex};
    m_frames.clear();
    m_bytes = m_bytes_taken = 0;
    m_state = State::aborted;
}

void StreamBuffer::when_drained(std::function<void()> callback)
{
    const Lock lock{m_mutex};
    m_waiting.push_back(std::move(callback));
}

std::vector<std::function<void()>> StreamBuffer::drained()
{
    const Lock lock{m_mutex};
    if (m_state == State::open && m_bytes != 0)
        return {};
    return std::exchange(m_waiting, {});
}
}  // namespace engine::http

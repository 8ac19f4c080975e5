#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace engine::http
{
/// What waits to go out on one stream, bounded. Producers on any thread, one writer. Bytes count
/// until they are sent, so the bound covers what the writer holds as well.
class StreamBuffer
{
    struct Frame
    {
        std::string bytes;
        std::string id;
    };

    const std::size_t m_bound;
    mutable std::mutex m_mutex;
    std::deque<Frame> m_frames;
    std::size_t m_bytes = 0;        ///< Queued and in flight.
    std::size_t m_bytes_taken = 0;  ///< In flight.
    std::string m_id_taken;         ///< The newest id in flight.
    std::string m_id_sent;          ///< The newest id that went out.
    std::vector<std::function<void()>> m_waiting;
    enum class State
    {
        open,
        cut,      ///< Overrun: what was not in flight is dropped.
        closed,   ///< Nothing more comes in; what is queued goes out.
        aborted,  ///< Nothing goes out any more.
    } m_state = State::open;

public:
    explicit StreamBuffer(std::size_t bound) : m_bound{bound} {}

    enum class Push
    {
        queued,
        overrun,  ///< This frame did not fit: the stream is cut.
        ended,
    };
    /// A frame of any size fits into an empty buffer.
    Push push(std::string frame, std::string id);

    std::size_t room() const;
    bool open() const;
    bool was_cut() const;
    void close();

    /// The writer's side: takes whole frames of about `bytes` in total; empty when there are none.
    std::string take(std::size_t bytes);
    /// What was taken has gone out.
    void sent();
    /// Nothing is queued or in flight, and nothing will be.
    bool finished() const;
    /// The newest id that went out; empty when none has.
    std::string last_id() const;
    /// The client is gone.
    void abort();

    /// Remembers a callback for the moment when the buffer is empty or has ended.
    void when_drained(std::function<void()> callback);
    /// The callbacks whose moment has come.
    std::vector<std::function<void()>> drained();
};
}  // namespace engine::http

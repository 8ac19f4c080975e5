#pragma once

#include "engine/log/log.hpp"
#include "engine/ports/executor.hpp"
#include "engine/ports/http.hpp"

#include <atomic>
#include <memory>
#include <optional>

namespace engine
{
/// Sends the events of the log to one client, in order, from a place on, for ever.
///
/// Works in tasks on Lane::check, one at a time: as much as the client takes, then it waits to be
/// poked, by the client that has read on or by a block that became durable.
class EventFeed : public std::enable_shared_from_this<EventFeed>
{
    const log::Log& m_log;
    Executor& m_executor;
    std::shared_ptr<HttpStream> m_stream;
    std::optional<EventPlace> m_after;  ///< The last that the client has; nothing: none yet.
    std::unique_ptr<log::BlockReader> m_reader;
    const log::BlockView* m_block = nullptr;  ///< Of the reader, being sent.
    std::uint32_t m_next = 0;                 ///< The event of it that comes next.
    std::atomic<std::uint32_t> m_pokes = 0;

public:
    EventFeed(const log::Log& log, Executor& executor, std::shared_ptr<HttpStream> stream,
        std::optional<EventPlace> after)
      : m_log{log}, m_executor{executor}, m_stream{std::move(stream)}, m_after{after}
    {}

    /// There may be something to send. From any thread.
    void poke();

    /// Ends the stream after what is queued.
    void close() { m_stream->close(); }

    bool open() const { return m_stream->open(); }

private:
    void run();
    void send_all();
    bool next_block();
    bool send_block();
};
}  // namespace engine

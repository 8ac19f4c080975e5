#include "engine/api/streams.hpp"

#include "engine/api/views.hpp"
#include "engine/codec/codec.hpp"
#include "engine/codec/json.hpp"

#include <boost/json/serialize.hpp>

#include <atomic>
#include <deque>

namespace engine::api
{
/// One stream: reads the log on Lane::check, as far as the client keeps up.
class StreamPump : public std::enable_shared_from_this<StreamPump>
{
    struct Frame
    {
        std::string text;
        std::string id;
    };

    Executor& m_executor;
    const log::Log& m_log;
    std::shared_ptr<HttpStream> m_stream;
    EventPlace m_from;
    std::unique_ptr<log::BlockReader> m_reader;
    std::deque<Frame> m_frames;  // Of blocks read, not yet sent.
    std::atomic<int> m_kicks = 0;
    bool m_told_caught_up = false;

public:
    StreamPump(Executor& executor, const log::Log& log, std::shared_ptr<HttpStream> stream,
        EventPlace from)
      : m_executor{executor}, m_log{log}, m_stream{std::move(stream)}, m_from{from}
    {}

    bool open() const { return m_stream->open(); }
    void close() { m_stream->close(); }

    /// Runs the pump if it isn't running; otherwise lets it go round once more.
    void kick()
    {
        if (m_kicks.fetch_add(1) == 0)
            m_executor.post(Lane::check, [self = shared_from_this()] { self->run(); });
    }

private:
    void run()
    {
        const int seen = m_kicks.load();
        const bool stalled = !pump();
        if (stalled && m_stream->open())
            m_stream->when_drained([self = shared_from_this()] { self->kick(); });
        if (m_kicks.fetch_sub(seen) != seen)
            m_executor.post(Lane::check, [self = shared_from_this()] { self->run(); });
    }

    /// Sends what there is. False: the client has to take what it was sent first.
    bool pump()
    {
        while (m_stream->open())
        {
            if (!send_frames())
                return false;
            const auto read = read_block();
            if (!read)
                return fail(read.error());
            if (!*read)
                return caught_up();
        }
        return true;
    }

    bool send_frames()
    {
        while (!m_frames.empty())
        {
            auto& frame = m_frames.front();
            if (frame.text.size() + frame.id.size() + 64 > m_stream->room())
                return m_frames.front().text.size() > (1U << 19) ? send_front() : false;
            if (!send_front())
                return true;
        }
        return true;
    }

    bool send_front()
    {
        auto frame = std::move(m_frames.front());
        m_frames.pop_front();
        return m_stream->send(std::move(frame.text), std::move(frame.id));
    }

    log::LogResult<bool> read_block()
    {
        if (!m_reader)
        {
            auto reader = m_log.reader(m_from.height);
            if (!reader)
                return Failure{reader.error()};
            m_reader = *std::move(reader);
        }
        const auto block = m_reader->next();
        if (!block)
            return Failure{block.error()};
        if (*block == nullptr)
            return false;
        for (std::uint32_t i = 0; i < (*block)->event_count(); ++i)
        {
            const EventPlace place{(*block)->height(), i};
            if (place >= m_from)
                add_frame(place, (*block)->event(i), (*block)->result(i));
        }
        m_told_caught_up = false;
        return true;
    }

    void add_frame(EventPlace place, ByteView bytes, log::EventResult result)
    {
        const auto event = decode_event(bytes);
        if (!event)
            return;
        const auto id = to_text(place);
        const auto data =
            boost::json::serialize(event_to_json(place, log::event_hash(bytes), result, *event));
        m_frames.push_back(
            {"id: " + id + "\nevent: " + kind_name(event->body) + "\ndata: " + data + "\n\n", id});
    }

    bool caught_up()
    {
        if (!m_told_caught_up)
            m_stream->send("event: caught_up\ndata: {}\n\n");
        m_told_caught_up = true;
        return true;
    }

    bool fail(const log::LogError& error)
    {
        m_stream->send("event: error\ndata: " +
                       boost::json::serialize(boost::json::value{log::to_string(error)}) + "\n\n");
        m_stream->close();
        return true;
    }
};

void Streams::add(std::shared_ptr<HttpStream> stream, EventPlace from)
{
    auto pump = std::make_shared<StreamPump>(m_executor, m_log, std::move(stream), from);
    {
        const std::scoped_lock lock{m_mutex};
        m_pumps.push_back(pump);
    }
    pump->kick();
}

void Streams::wake()
{
    const std::scoped_lock lock{m_mutex};
    std::erase_if(m_pumps, [](const auto& pump) { return !pump->open(); });
    for (const auto& pump : m_pumps)
        pump->kick();
}

void Streams::close()
{
    const std::scoped_lock lock{m_mutex};
    for (const auto& pump : m_pumps)
        pump->close();
    m_pumps.clear();
}
}  // namespace engine::api

#include "adapters/bitcoin/announcements.hpp"

#include <zmq.hpp>

#include <atomic>
#include <chrono>
#include <string_view>
#include <thread>

namespace engine::bitcoind
{
namespace
{
constexpr std::chrono::milliseconds kSlice{100};

/// Whether a body of the topic "sequence" is about a block: hash and label, and no mempool counter.
bool is_block(std::string_view topic, std::string_view body)
{
    if (topic == "hashblock")
        return true;
    return topic == "sequence" && body.size() == 33 && (body[32] == 'C' || body[32] == 'D');
}
}  // namespace

class Announcements::Impl
{
    std::function<void()> m_on_block;
    std::atomic<bool> m_stopping{false};
    zmq::context_t m_context{1};
    zmq::socket_t m_socket{m_context, zmq::socket_type::sub};
    std::thread m_thread;

public:
    std::atomic<std::uint64_t> heard{0};

    Impl(const std::string& endpoint, std::function<void()> on_block)
      : m_on_block{std::move(on_block)}
    {
        m_socket.set(zmq::sockopt::linger, 0);
        m_socket.set(zmq::sockopt::rcvtimeo, static_cast<int>(kSlice.count()));
        m_socket.set(zmq::sockopt::subscribe, "hashblock");
        m_socket.set(zmq::sockopt::subscribe, "sequence");
        m_socket.set(zmq::sockopt::tcp_keepalive, 1);
        m_socket.set(zmq::sockopt::reconnect_ivl_max, 5'000);
        m_socket.connect(endpoint);
        m_thread = std::thread{[this] { run(); }};
    }

    ~Impl()
    {
        m_stopping = true;
        if (m_thread.joinable())
            m_thread.join();
    }

private:
    void run()
    {
        while (!m_stopping)
        {
            try
            {
                receive();
            }
            catch (const zmq::error_t&)
            {
                // Polling goes on without us; a broken socket must not become a busy loop.
                std::this_thread::sleep_for(kSlice);
            }
        }
    }

    void receive()
    {
        zmq::message_t topic;
        if (!m_socket.recv(topic))
            return;
        zmq::message_t body;
        if (topic.more())
            (void)m_socket.recv(body);
        for (bool more = body.more(); more;)
        {
            zmq::message_t rest;
            (void)m_socket.recv(rest);
            more = rest.more();
        }
        if (!is_block(topic.to_string_view(), body.to_string_view()))
            return;
        ++heard;
        m_on_block();
    }
};

Announcements::Announcements(std::unique_ptr<Impl> impl) : m_impl{std::move(impl)} {}
Announcements::~Announcements() = default;

Result<std::unique_ptr<Announcements>, std::string> Announcements::listen(
    const std::string& endpoint, std::function<void()> on_block)
{
    try
    {
        return std::unique_ptr<Announcements>{
            new Announcements{std::make_unique<Impl>(endpoint, std::move(on_block))}};
    }
    catch (const zmq::error_t& error)
    {
        return Failure{endpoint + ": " + error.what()};
    }
}

std::uint64_t Announcements::heard() const
{
    return m_impl->heard;
}
}  // namespace engine::bitcoind

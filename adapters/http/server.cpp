#include "adapters/http/server.hpp"

#include "adapters/http/problems.hpp"
#include "adapters/http/response_head.hpp"
#include "adapters/http/shared.hpp"
#include "engine/base/check.hpp"

#include <boost/asio/ip/v6_only.hpp>

#include <chrono>
#include <deque>
#include <thread>

namespace engine::http
{
namespace
{
/// Refused connections whose answer may still be on its way.
constexpr std::size_t kTurnedAwayMost = 64;

constexpr int kSendBufferBytes = 256 * 1024;
}  // namespace

class HttpServer::Core : public Shared, public std::enable_shared_from_this<HttpServer::Core>
{
    tcp::acceptor m_acceptor{context};
    net::steady_timer m_pause{context};
    net::steady_timer m_drain{context};
    net::steady_timer m_forget{context};
    std::deque<tcp::socket> m_turned_away;
    std::thread m_thread;

public:
    Core(Router routes, HttpLimits bounds, const ListenOn& where)
    {
        router = std::move(routes);
        limits = bounds;
        host_names = where.host_names;
        tls = where.tls;
        guard = where.guard;
    }

    ErrorCode bind(const tcp::endpoint& where)
    {
        ErrorCode error;
        m_acceptor.open(where.protocol(), error);
        if (!error)
            m_acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
        if (!error && where.address().is_v6())
            m_acceptor.set_option(net::ip::v6_only{true}, error);
        if (!error)
            m_acceptor.bind(where, error);
        if (!error)
            m_acceptor.listen(net::socket_base::max_listen_connections, error);
        return error;
    }

    std::uint16_t port() const { return m_acceptor.local_endpoint().port(); }

    void run()
    {
        accept();
        m_thread = std::thread{[this] {
            context.run();
            finished = true;
        }};
    }

    void stop()
    {
        ENSURE(std::this_thread::get_id() != m_thread.get_id());
        if (!m_thread.joinable())
            return;
        net::post(context, [this] { begin_drain(); });
        m_thread.join();
        // What was posted while the thread ended must not keep its captures.
        context.restart();
        context.poll();
    }

private:
    void accept()
    {
        m_acceptor.async_accept([this](ErrorCode error, tcp::socket socket) {
            if (stopping || error == net::error::operation_aborted)
                return;
            if (error)
                return pause();
            if (has_room_for(address_of(socket)))
                welcome(std::move(socket));
            else
                turn_away(std::move(socket));
            accept();
        });
    }

    bool has_room_for(const std::string& address) const
    {
        const auto open = by_address.find(address);
        return connections.size() < limits.connections &&
               (open == by_address.end() || open->second < limits.connections_per_address);
    }

    void welcome(tcp::socket socket)
    {
        ErrorCode ignored;
        socket.set_option(tcp::no_delay{true}, ignored);
        // What a client does not read waits in the kernel, whose own bound is megabytes for each.
        socket.set_option(net::socket_base::send_buffer_size{kSendBufferBytes}, ignored);
        serve(shared_from_this(), std::move(socket));
    }

    /// One attempt to say why. The socket is held a moment longer, since closing it with the
    /// request unread would destroy the answer on its way.
    void turn_away(tcp::socket socket)
    {
        ++counters.connections_refused;
        if (tls)
            return;  // Whoever waits for a certificate can't read a sentence.
        if (m_turned_away.size() >= kTurnedAwayMost)
            m_turned_away.pop_front();
        auto response = to_response(too_many_connections(limits));
        response.headers.emplace_back("Retry-After", "1");
        const auto bytes =
            response_head(response, {response.body.size(), false, false}) + response.body;
        ErrorCode ignored;
        socket.non_blocking(true, ignored);
        socket.send(net::buffer(bytes), 0, ignored);
        socket.shutdown(tcp::socket::shutdown_send, ignored);
        m_turned_away.push_back(std::move(socket));
        m_forget.expires_after(std::chrono::seconds{1});
        m_forget.async_wait([this](ErrorCode error) {
            if (!error)
                m_turned_away.clear();
        });
    }

    /// Out of file descriptors, most likely: what is open may end soon.
    void pause()
    {
        m_pause.expires_after(std::chrono::milliseconds{100});
        m_pause.async_wait([this](ErrorCode error) {
            if (!error && !stopping)
                accept();
        });
    }

    void begin_drain()
    {
        stopping = true;
        ErrorCode ignored;
        m_acceptor.close(ignored);
        m_pause.cancel();
        m_forget.cancel();
        m_turned_away.clear();
        when_empty = [this] { m_drain.cancel(); };
        if (connections.empty())
            return;
        m_drain.expires_after(std::chrono::milliseconds{limits.drain_ms});
        m_drain.async_wait([this](ErrorCode error) {
            if (error)
                return;
            for (auto* connection : std::set<Connection*>{connections})
                cut_off(*connection);
        });
        for (auto* connection : std::set<Connection*>{connections})
            drain(*connection);
    }
};

HttpServer::HttpServer(std::shared_ptr<Core> core) : m_core{std::move(core)} {}

HttpServer::~HttpServer()
{
    stop();
}

Result<std::unique_ptr<HttpServer>, ListenError> HttpServer::start(
    const ListenOn& where, Router router, HttpLimits limits)
{
    const auto what = "cannot listen on " + where.address + ":" + std::to_string(where.port);
    ErrorCode error;
    const auto address = net::ip::make_address(where.address, error);
    if (error)
        return Failure{ListenError{what, "this is no IP address", "Use 127.0.0.1 or ::1."}};
    if (!address.is_loopback() && !(where.tls && where.guard))
        return Failure{ListenError{what,
            "the address can be reached from other machines, and this server lacks TLS or a guard",
            "Listen on 127.0.0.1, or give it a certificate, a key and tokens."}};

    auto core = std::make_shared<Core>(std::move(router), limits, where);
    error = core->bind({address, where.port});
    if (error)
        return Failure{ListenError{what, error.message(),
            error == net::error::address_in_use ? "Stop what listens there, or choose another port."
                                                : "Choose another address or port."}};
    core->run();
    return std::unique_ptr<HttpServer>{new HttpServer{std::move(core)}};
}

std::uint16_t HttpServer::port() const
{
    return m_core->port();
}

HttpStats HttpServer::stats() const
{
    const auto& counters = m_core->counters;
    return {counters.connections, counters.connections_refused, counters.requests,
        counters.requests_refused, counters.streams, counters.streams_cut,
        counters.connections_open, counters.streams_open};
}

void HttpServer::stop()
{
    m_core->stop();
}
}  // namespace engine::http

#pragma once

#include "adapters/http/router.hpp"
#include "adapters/http/server.hpp"
#include "adapters/http/tls.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace engine::http
{
namespace net = boost::asio;
using tcp = net::ip::tcp;
using ErrorCode = boost::system::error_code;

class Connection;
struct Shared;

/// Serves one client until it or the server ends.
void serve(std::shared_ptr<Shared> shared, tcp::socket socket);

/// Whom a connection counts for: an IPv4 address, or the /64 of an IPv6 one, which one client has
/// whole. Empty when it is gone already.
std::string address_of(const tcp::socket& socket);

/// The server stops: ends the connection now when nothing is under way, else after that.
void drain(Connection& connection);

/// Ends the connection as it is.
void cut_off(Connection& connection);

/// What the connections of one server share. Lives as long as any of them.
struct Shared
{
    struct Counters
    {
        std::atomic<std::uint64_t> connections{0};
        std::atomic<std::uint64_t> connections_refused{0};
        std::atomic<std::uint64_t> requests{0};
        std::atomic<std::uint64_t> requests_refused{0};
        std::atomic<std::uint64_t> streams{0};
        std::atomic<std::uint64_t> streams_cut{0};
        std::atomic<std::size_t> connections_open{0};
        std::atomic<std::size_t> streams_open{0};
    };

    net::io_context context{1};
    Router router;
    HttpLimits limits;
    std::vector<std::string> host_names;
    std::shared_ptr<TlsContext> tls;  ///< Null: none.
    HttpGuard guard;                  ///< Null: everybody may do everything.
    Counters counters;
    std::set<Connection*> connections;              ///< Server's thread only.
    std::map<std::string, std::size_t> by_address;  ///< How many each has open. Server's thread.
    bool stopping = false;                          ///< Server's thread only.
    std::function<void()> when_empty;               ///< Server's thread only.
    std::atomic<bool> finished{false};              ///< The server's thread has ended.

    /// Runs a task on the server's thread; drops it when the server has stopped.
    template <typename F>
    void post(F&& task)
    {
        if (!finished)
            net::post(context, std::forward<F>(task));
    }
};
}  // namespace engine::http

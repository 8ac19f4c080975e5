#pragma once

#include "adapters/http/tls_context.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace engine::http
{
/// A connected socket, with TLS over it or without: a stream as Asio and Beast want one.
class Wire
{
    using tcp = boost::asio::ip::tcp;
    using Tls = boost::asio::ssl::stream<tcp::socket&>;

    std::shared_ptr<TlsContext> m_context;
    tcp::socket m_socket;
    std::optional<Tls> m_tls;

public:
    using executor_type = tcp::socket::executor_type;

    Wire(tcp::socket socket, std::shared_ptr<TlsContext> context)
      : m_context{std::move(context)}, m_socket{std::move(socket)}
    {
        if (m_context)
            m_tls.emplace(m_socket, m_context->context);
    }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    executor_type get_executor() { return m_socket.get_executor(); }

    bool is_tls() const { return m_tls.has_value(); }

    /// The socket below: its options, its end, and what is to be waited for.
    tcp::socket& socket() { return m_socket; }

    template <typename Buffers, typename Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler)
    {
        if (m_tls)
            m_tls->async_read_some(buffers, std::forward<Handler>(handler));
        else
            m_socket.async_read_some(buffers, std::forward<Handler>(handler));
    }

    template <typename Buffers, typename Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler)
    {
        if (m_tls)
            m_tls->async_write_some(buffers, std::forward<Handler>(handler));
        else
            m_socket.async_write_some(buffers, std::forward<Handler>(handler));
    }

    // With TLS only:

    template <typename Handler>
    void async_accept_tls(Handler&& handler)
    {
        m_tls->async_handshake(
            boost::asio::ssl::stream_base::server, std::forward<Handler>(handler));
    }

    template <typename Handler>
    void async_ask_tls(const std::string& host, Handler&& handler)
    {
        expect_name(m_tls->native_handle(), host);
        m_tls->async_handshake(
            boost::asio::ssl::stream_base::client, std::forward<Handler>(handler));
    }

    /// Tells the other side that all is said.
    template <typename Handler>
    void async_end_tls(Handler&& handler)
    {
        m_tls->async_shutdown(std::forward<Handler>(handler));
    }

    /// Whose certificate the other side has shown.
    std::optional<std::string> other_side()
    {
        return m_tls ? verified_name(m_tls->native_handle()) : std::nullopt;
    }
};
}  // namespace engine::http

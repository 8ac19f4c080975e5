#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace engine::test
{
/// A TCP client that says exactly what a test tells it to.
class RawSocket
{
    int m_fd = -1;

public:
    explicit RawSocket(std::uint16_t port, int receive_buffer = 0, const char* from = "127.0.0.1")
    {
        m_fd = ::socket(AF_INET, SOCK_STREAM, 0);
        if (receive_buffer != 0)
            ::setsockopt(m_fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        sockaddr_in own{};
        own.sin_family = AF_INET;
        ::inet_pton(AF_INET, from, &own.sin_addr);
        ::bind(m_fd, reinterpret_cast<const sockaddr*>(&own), sizeof own);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(m_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            hang_up();
    }

    ~RawSocket() { hang_up(); }
    RawSocket(const RawSocket&) = delete;
    RawSocket& operator=(const RawSocket&) = delete;

    bool connected() const { return m_fd >= 0; }

    bool send(std::string_view bytes)
    {
        while (!bytes.empty())
        {
            const auto sent = ::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    /// What arrives until `end` has been seen, the peer hangs up, or the time is over.
    std::string receive_until(std::string_view end, int timeout_ms = 5000)
    {
        std::string out;
        while (end.empty() || out.find(end) == std::string::npos)
        {
            pollfd wait{m_fd, POLLIN, 0};
            if (::poll(&wait, 1, timeout_ms) <= 0)
                break;
            char buffer[4096];
            const auto size = ::recv(m_fd, buffer, sizeof buffer, 0);
            if (size <= 0)
                break;
            out.append(buffer, static_cast<std::size_t>(size));
        }
        return out;
    }

    std::string receive_all(int timeout_ms = 5000) { return receive_until({}, timeout_ms); }

    /// True when the peer has hung up (or does so in time) and nothing is left to read.
    bool closed_by_peer(int timeout_ms = 5000)
    {
        pollfd wait{m_fd, POLLIN, 0};
        char byte = 0;
        return ::poll(&wait, 1, timeout_ms) > 0 && ::recv(m_fd, &byte, 1, 0) <= 0;
    }

    void finish_sending() { ::shutdown(m_fd, SHUT_WR); }

    void hang_up()
    {
        if (m_fd >= 0)
            ::close(m_fd);
        m_fd = -1;
    }
};
}  // namespace engine::test

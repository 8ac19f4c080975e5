#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace engine::test
{
/// A server that says exactly what a test tells it to, right or wrong. One connection at a time;
/// the script gets each request, header and body, and gives the bytes to send.
class ScriptedServer
{
public:
    /// At the end of a reply: the connection is closed after it.
    static constexpr const char* kHangUp = "<hang up>";

    /// Between two pieces of a reply: 20 ms pass. Those that follow go out while somebody reads.
    static constexpr std::string_view kPause = "<pause>";

    explicit ScriptedServer(std::function<std::string(const std::string&)> script)
      : m_script{std::move(script)}
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(m_listener, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        ::listen(m_listener, 8);
        socklen_t size = sizeof address;
        ::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size);
        m_port = ntohs(address.sin_port);
        m_thread = std::thread{[this] { run(); }};
    }

    ~ScriptedServer()
    {
        m_stop = true;
        m_thread.join();
        ::close(m_listener);
    }

    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    std::uint16_t port() const { return m_port; }

private:
    std::function<std::string(const std::string&)> m_script;
    int m_listener = -1;
    std::uint16_t m_port = 0;
    std::atomic<bool> m_stop{false};
    std::thread m_thread;

    bool readable(int fd) const
    {
        pollfd wait{fd, POLLIN, 0};
        while (!m_stop)
        {
            if (::poll(&wait, 1, 20) > 0)
                return true;
        }
        return false;
    }

    void run()
    {
        while (readable(m_listener))
        {
            const int fd = ::accept(m_listener, nullptr, nullptr);
            serve(fd);
            ::close(fd);
        }
    }

    void serve(int fd) const
    {
        for (;;)
        {
            const auto request = read_request(fd);
            if (request.empty())
                return;
            auto reply = m_script(request);
            const auto end = reply.find(kHangUp);
            reply.resize(std::min(end, reply.size()));
            if (!send_pieces(fd, reply) || end != std::string::npos)
                return;
        }
    }

    bool send_pieces(int fd, std::string_view reply) const
    {
        for (;;)
        {
            const auto pause = reply.find(kPause);
            const auto piece = reply.substr(0, pause);
            if (m_stop || ::send(fd, piece.data(), piece.size(), MSG_NOSIGNAL) < 0)
                return false;
            if (pause == std::string_view::npos)
                return true;
            reply.remove_prefix(pause + kPause.size());
            ::usleep(20'000);
        }
    }

    std::string read_request(int fd) const
    {
        std::string request;
        while (readable(fd))
        {
            char buffer[4096];
            const auto size = ::recv(fd, buffer, sizeof buffer, 0);
            if (size <= 0)
                return {};
            request.append(buffer, static_cast<std::size_t>(size));
            const auto head = request.find("\r\n\r\n");
            if (head != std::string::npos && request.size() >= head + 4 + length_of(request))
                return request;
        }
        return {};
    }

    static std::size_t length_of(const std::string& request)
    {
        const auto field = request.find("Content-Length: ");
        return field == std::string::npos ? 0 : std::stoul(request.substr(field + 16));
    }
};
}  // namespace engine::test

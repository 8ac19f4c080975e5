#pragma once

// Included by connection.cpp alone: the one translation unit of the server that sees Beast.

#include "adapters/http/admission.hpp"
#include "adapters/http/problems.hpp"
#include "adapters/http/shared.hpp"
#include "adapters/http/stream_buffer.hpp"
#include "adapters/http/wire.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <optional>

namespace engine::http
{
namespace beast = boost::beast;

/// One client. Its members run on the server's thread.
class Connection : public std::enable_shared_from_this<Connection>
{
    enum class Phase
    {
        greeting,   ///< TLS is agreed upon.
        idle,       ///< Between requests.
        reading,    ///< A request has begun.
        waiting,    ///< For the handler.
        writing,    ///< A response goes out.
        streaming,  ///< A stream goes out.
        lingering,  ///< All is said; waits for the client to hang up.
        closed,
    };
    using Parser = beast::http::request_parser<beast::http::string_body>;

    std::shared_ptr<Shared> m_shared;
    const std::string m_address;  ///< The client's, without its port.
    Wire m_wire;
    std::optional<std::string> m_name;  ///< Of the certificate that it has shown.
    net::steady_timer m_deadline;
    beast::flat_buffer m_buffer{64 * 1024};
    std::optional<Parser> m_parser;
    Admitted m_admitted;
    Phase m_phase = Phase::idle;
    std::uint64_t m_turn = 0;  ///< Counts requests, so that a late answer finds the next one gone.
    std::int64_t m_answer_ms = 0;  ///< What the request under way has.
    bool m_expired = false;
    bool m_keep_alive = false;
    bool m_head_only = false;
    bool m_http_10 = false;
    bool m_unread = false;  ///< The client may still be sending.
    std::string m_out_head;
    std::string m_out_body;
    std::array<char, 4096> m_scratch{};
    std::size_t m_lingered = 0;
    std::shared_ptr<std::atomic<bool>> m_abandoned;
    std::shared_ptr<Connection> m_self;  ///< While waiting: nothing else holds the connection then.
    // While streaming:
    std::shared_ptr<StreamBuffer> m_stream;
    net::steady_timer m_comment;
    bool m_comments = false;
    bool m_writing = false;
    bool m_cut_told = false;

public:
    Connection(std::shared_ptr<Shared> shared, tcp::socket socket);
    ~Connection();

    void start();
    void respond(std::uint64_t turn, HttpResponse response);
    void begin_stream(std::uint64_t turn, HttpResponse head, std::shared_ptr<StreamBuffer> stream);
    void pump();
    /// The server stops: ends now when nothing is under way, else after it.
    void drain();
    void close();

private:
    tcp::socket& socket() { return m_wire.socket(); }
    void read_request();
    void read_header();
    void on_header(ErrorCode error);
    void read_body();
    void on_read_error(ErrorCode error);
    std::optional<HttpResponse> admit();
    void turn_away(const HttpResponse& response);
    void dispatch();
    void hand_over(const HttpHandler& handler, HttpRequest request);
    void watch_client();
    void refuse(const Problem& problem);
    void write(const HttpResponse& response);
    void on_written(ErrorCode error);
    void linger();
    void end_sending();
    void read_and_forget();
    void write_chunk(const std::string& bytes);
    void on_chunk_written(ErrorCode error);
    void finish_stream();
    void watch_stream_client();
    void schedule_comment();
    void arm(std::int64_t milliseconds);
    void disarm();
};

/// The handler's side of a request.
class Exchange final : public HttpExchange
{
    std::shared_ptr<Shared> m_shared;
    std::weak_ptr<Connection> m_connection;
    const std::uint64_t m_turn;
    const bool m_head_only;
    std::shared_ptr<std::atomic<bool>> m_abandoned;
    std::atomic<bool> m_answered{false};

public:
    Exchange(std::shared_ptr<Shared> shared, const std::shared_ptr<Connection>& connection,
        std::uint64_t turn, bool head_only, std::shared_ptr<std::atomic<bool>> abandoned)
      : m_shared{std::move(shared)},
        m_connection{connection},
        m_turn{turn},
        m_head_only{head_only},
        m_abandoned{std::move(abandoned)}
    {}

    ~Exchange() override { respond(to_response(no_answer())); }

    void respond(HttpResponse response) override;
    std::shared_ptr<HttpStream> open_stream(HttpResponse head) override;
    bool abandoned() const override { return *m_abandoned; }
};

/// The producer's side of a stream.
class Stream final : public HttpStream
{
    std::shared_ptr<Shared> m_shared;
    std::weak_ptr<Connection> m_connection;
    std::shared_ptr<StreamBuffer> m_buffer;

    void wake();

public:
    Stream(std::shared_ptr<Shared> shared, std::weak_ptr<Connection> connection,
        std::shared_ptr<StreamBuffer> buffer)
      : m_shared{std::move(shared)},
        m_connection{std::move(connection)},
        m_buffer{std::move(buffer)}
    {}

    ~Stream() override { close(); }

    bool send(std::string frame, std::string id) override;
    std::size_t room() const override { return m_buffer->room(); }
    void when_drained(std::function<void()> callback) override;
    void close() override;
    bool open() const override { return m_buffer->open(); }
};
}  // namespace engine::http

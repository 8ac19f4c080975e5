#include "adapters/http/client.hpp"

#include "adapters/http/target.hpp"
#include "adapters/http/wire.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <optional>

namespace engine::http
{
namespace net = boost::asio;
namespace beast = boost::beast;
using tcp = net::ip::tcp;
using ErrorCode = boost::system::error_code;
using Message = beast::http::request<beast::http::string_body>;
using Moment = std::chrono::steady_clock::time_point;

namespace
{
Moment after(std::int64_t milliseconds)
{
    return std::chrono::steady_clock::now() + std::chrono::milliseconds{milliseconds};
}

std::string target_of(const HttpRequest& request)
{
    auto target = request.path;
    char separator = '?';
    for (const auto& [name, value] : request.query)
    {
        ((target += separator) += percent_encode(name)) += '=';
        target += percent_encode(value);
        separator = '&';
    }
    return target;
}

template <typename Fields>
HttpResponse to_plain(unsigned status, const Fields& fields)
{
    HttpResponse response;
    response.status = status;
    response.content_type = std::string{fields[beast::http::field::content_type]};
    for (const auto& field : fields)
        response.headers.emplace_back(std::string{field.name_string()}, std::string{field.value()});
    return response;
}
}  // namespace

class HttpClient::Impl
{
    const Endpoint m_endpoint;
    const ClientLimits m_limits;
    const std::string m_name;
    net::io_context m_context{1};
    std::optional<Wire> m_wire;
    beast::flat_buffer m_buffer;
    std::atomic<bool> m_interrupted{false};

    using Reply = beast::http::response_parser<beast::http::string_body>;
    using Pieces = beast::http::response_parser<beast::http::buffer_body>;

public:
    Impl(Endpoint endpoint, ClientLimits limits)
      : m_endpoint{std::move(endpoint)},
        m_limits{limits},
        m_name{m_endpoint.host + ":" + std::to_string(m_endpoint.port)}
    {}

    Result<HttpResponse, ClientError> send(const HttpRequest& request)
    {
        Reply reply;
        reply.body_limit(m_limits.reply_bytes);
        if (request.method == "HEAD")
            reply.skip(true);
        const auto end = after(m_limits.total_ms);
        if (const auto error = ask(to_message(request), reply, end))
            return Failure{*error};
        const auto error = wait(end,
            [&](auto done) { beast::http::async_read(*m_wire, m_buffer, reply, std::move(done)); });
        if (error)
            return Failure{drop(error)};
        auto response = to_plain(reply.get().result_int(), reply.get());
        response.body = std::move(reply.get().body());
        if (!reply.get().keep_alive())
            m_wire.reset();
        return response;
    }

    Result<HttpResponse, ClientError> stream(
        const HttpRequest& request, FunctionRef<bool(std::string_view)> piece)
    {
        Pieces reply;
        reply.body_limit(boost::none);
        if (const auto error = ask(to_message(request), reply, after(m_limits.total_ms)))
            return Failure{*error};
        auto response = to_plain(reply.get().result_int(), reply.get());
        const bool whole = response.status != 200;
        auto keep = [&](std::string_view bytes) {
            response.body += bytes;
            return response.body.size() <= m_limits.reply_bytes;
        };
        const auto error =
            read_pieces(reply, whole ? FunctionRef<bool(std::string_view)>{keep} : piece);
        m_wire.reset();
        if (error)
            return Failure{*error};
        return response;
    }

    void interrupt()
    {
        m_interrupted = true;
        net::post(m_context, [this] { close(); });
    }

private:
    Message to_message(const HttpRequest& request) const
    {
        Message message;
        message.method_string(request.method);
        message.target(target_of(request));
        message.set(beast::http::field::host, m_name);
        message.set(beast::http::field::user_agent, "refold");
        for (const auto& [name, value] : request.headers)
            message.set(name, value);
        message.body() = request.body;
        message.prepare_payload();
        return message;
    }

    bool may_repeat(const Message& message) const
    {
        const auto method = message.method();
        return m_limits.repeat_changes || method == beast::http::verb::get ||
               method == beast::http::verb::head;
    }

    /// Sends the request and reads the reply's header. A connection that was open before gets a
    /// second chance.
    template <typename Parser>
    std::optional<ClientError> ask(Message message, Parser& reply, Moment end)
    {
        const bool kept = m_wire.has_value();
        if (!kept)
        {
            if (auto error = connect(end))
                return error;
        }
        auto error = wait(
            end, [&](auto done) { beast::http::async_write(*m_wire, message, std::move(done)); });
        if (!error)
        {
            error = wait(end, [&](auto done) {
                beast::http::async_read_header(*m_wire, m_buffer, reply, std::move(done));
            });
        }
        if (!error)
            return std::nullopt;
        const bool stale = kept && may_repeat(message) && !reply.got_some() &&
                           error != net::error::timed_out && !m_interrupted;
        auto failure = drop(error);
        return stale ? ask(std::move(message), reply, end) : std::optional{std::move(failure)};
    }

    std::optional<ClientError> connect(Moment end)
    {
        const auto limit = std::min(end, after(m_limits.connect_ms));
        tcp::resolver resolver{m_context};
        ErrorCode error;
        // Numbers need no resolver; a name's resolving is bounded by the system, not by us.
        const auto found =
            resolver.resolve(m_endpoint.host, std::to_string(m_endpoint.port), error);
        if (error)
            return ClientError{ClientErrorKind::connect, m_name + ": " + error.message()};
        m_wire.emplace(tcp::socket{m_context}, m_endpoint.tls);
        m_buffer.clear();
        error = wait(limit, [&](auto done) {
            net::async_connect(m_wire->socket(), found,
                [done = std::move(done)](
                    ErrorCode result, const tcp::endpoint&) mutable { done(result, 0); });
        });
        if (error)
        {
            auto failure = drop(error);
            if (failure.kind != ClientErrorKind::interrupted)
                failure.kind = ClientErrorKind::connect;
            return failure;
        }
        ErrorCode ignored;
        m_wire->socket().set_option(tcp::no_delay{true}, ignored);
        return m_endpoint.tls ? agree_on_tls(limit) : std::nullopt;
    }

    std::optional<ClientError> agree_on_tls(Moment end)
    {
        const auto error = wait(end, [&](auto done) {
            m_wire->async_ask_tls(m_endpoint.host,
                [done = std::move(done)](ErrorCode result) mutable { done(result, 0); });
        });
        if (!error)
            return std::nullopt;
        auto failure = drop(error);
        if (failure.kind != ClientErrorKind::interrupted)
            failure = {ClientErrorKind::connect, m_name + ": no TLS: " + error.message()};
        return failure;
    }

    std::optional<ClientError> read_pieces(Pieces& reply, FunctionRef<bool(std::string_view)> piece)
    {
        std::array<char, 16 * 1024> bytes{};
        while (!reply.is_done())
        {
            auto& body = reply.get().body();
            body.data = bytes.data();
            body.size = bytes.size();
            const auto error = wait(after(m_limits.total_ms), [&](auto done) {
                beast::http::async_read_some(*m_wire, m_buffer, reply, std::move(done));
            });
            if (error && error != beast::http::error::need_buffer)
                return drop(error);
            const auto size = bytes.size() - reply.get().body().size;
            if (size != 0 && !piece({bytes.data(), size}))
                break;
        }
        return std::nullopt;
    }

    /// Runs one asynchronous call to its end, or to the deadline.
    template <typename Start>
    ErrorCode wait(Moment end, Start&& start)
    {
        if (m_interrupted)
            return net::error::operation_aborted;
        std::optional<ErrorCode> result;
        m_context.restart();
        start([&result](ErrorCode error, std::size_t) { result = error; });
        while (!result && std::chrono::steady_clock::now() < end)
            m_context.run_one_until(end);
        if (result)
            return *result;
        close();
        m_context.run();
        return net::error::timed_out;
    }

    void close()
    {
        ErrorCode ignored;
        if (m_wire)
            m_wire->socket().close(ignored);
    }

    ClientError drop(ErrorCode error)
    {
        namespace http = beast::http;
        m_wire.reset();
        const auto say = [&](ClientErrorKind kind, const std::string& why) {
            return ClientError{kind, m_name + ": " + why};
        };
        if (m_interrupted)
            return say(ClientErrorKind::interrupted, "interrupted");
        if (error == net::error::timed_out)
            return say(ClientErrorKind::timeout, "no reply in time");
        if (error == http::error::body_limit || error == http::error::header_limit)
            return say(ClientErrorKind::too_large, "the reply is larger than allowed");
        if (error == http::error::end_of_stream || error == http::error::partial_message ||
            error == net::ssl::error::stream_truncated)
            return say(ClientErrorKind::closed, "the server closed the connection");
        const bool system = error.category() == boost::system::system_category() ||
                            error.category() == net::error::get_misc_category();
        return say(system ? ClientErrorKind::closed : ClientErrorKind::malformed, error.message());
    }
};

HttpClient::HttpClient(Endpoint endpoint, ClientLimits limits)
  : m_impl{std::make_unique<Impl>(std::move(endpoint), limits)}
{}

HttpClient::~HttpClient() = default;

Result<HttpResponse, ClientError> HttpClient::send(const HttpRequest& request)
{
    return m_impl->send(request);
}

Result<HttpResponse, ClientError> HttpClient::stream(
    const HttpRequest& request, FunctionRef<bool(std::string_view)> piece)
{
    return m_impl->stream(request, piece);
}

void HttpClient::interrupt()
{
    m_impl->interrupt();
}
}  // namespace engine::http

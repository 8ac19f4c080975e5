#include "adapters/http/connection.hpp"

#include "adapters/http/response_head.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <exception>

namespace engine::http
{
namespace
{
constexpr std::size_t kBatchBytes = 64 * 1024;
constexpr std::int64_t kLingerMs = 2'000;
constexpr std::size_t kLingerBytes = 4 << 20;

std::string text(beast::string_view view)
{
    return {view.data(), view.size()};
}

/// The frame that ends an event stream whose client is too slow.
std::string cut_frame(const std::string& last_id)
{
    return "event: cut\ndata: {\"code\":\"too_slow\",\"last_id\":" + json_string(last_id) + "}\n\n";
}
/// A stream has ended, or never began.
void discard(Shared& shared, StreamBuffer& stream)
{
    --shared.counters.streams_open;
    stream.abort();
    for (const auto& callback : stream.drained())
        callback();
}
}  // namespace

void serve(std::shared_ptr<Shared> shared, tcp::socket socket)
{
    std::make_shared<Connection>(std::move(shared), std::move(socket))->start();
}

void drain(Connection& connection)
{
    connection.drain();
}

void cut_off(Connection& connection)
{
    connection.close();
}

Connection::Connection(std::shared_ptr<Shared> shared, tcp::socket socket)
  : m_shared{std::move(shared)},
    m_address{address_of(socket)},
    m_wire{std::move(socket), m_shared->tls},
    m_deadline{m_wire.get_executor()},
    m_comment{m_wire.get_executor()}
{
    m_shared->connections.insert(this);
    ++m_shared->by_address[m_address];
    ++m_shared->counters.connections;
    ++m_shared->counters.connections_open;
}

Connection::~Connection()
{
    m_shared->connections.erase(this);
    if (--m_shared->by_address[m_address] == 0)
        m_shared->by_address.erase(m_address);
    --m_shared->counters.connections_open;
    if (m_shared->connections.empty() && m_shared->when_empty)
        m_shared->when_empty();
}

void Connection::arm(std::int64_t milliseconds)
{
    m_expired = false;
    m_deadline.expires_after(std::chrono::milliseconds{milliseconds});
    m_deadline.async_wait([weak = weak_from_this()](ErrorCode error) {
        const auto self = weak.lock();
        if (error || !self || self->m_deadline.expiry() > std::chrono::steady_clock::now())
            return;
        self->m_expired = true;
        if (self->m_phase == Phase::reading)
            self->socket().cancel();
        else if (self->m_phase == Phase::waiting)
            self->respond(self->m_turn, to_response(handler_timeout(self->m_answer_ms)));
        else
            self->close();
    });
}

void Connection::disarm()
{
    m_deadline.expires_at(net::steady_timer::time_point::max());
}

void Connection::close()
{
    const auto self = std::move(m_self);
    m_phase = Phase::closed;
    ErrorCode ignored;
    socket().close(ignored);
    m_deadline.cancel();
    m_comment.cancel();
    if (m_stream)
        finish_stream();
}

void Connection::drain()
{
    m_keep_alive = false;
    if (m_phase == Phase::idle)
        close();
    else if (m_phase == Phase::streaming)
    {
        m_stream->close();
        pump();
    }
}

void Connection::start()
{
    if (!m_wire.is_tls())
        return read_request();
    m_phase = Phase::greeting;
    arm(m_shared->limits.header_ms);
    m_wire.async_accept_tls([self = shared_from_this()](ErrorCode error) {
        if (error || self->m_phase != Phase::greeting)
            return self->close();
        self->m_name = self->m_wire.other_side();
        self->read_request();
    });
}

// Reading a request.

void Connection::read_request()
{
    m_phase = Phase::idle;
    m_parser.emplace();
    m_parser->header_limit(m_shared->limits.header_bytes);
    m_parser->body_limit(m_shared->limits.body_bytes);
    if (m_shared->stopping)
        return close();
    if (m_buffer.size() != 0)
        return read_header();

    arm(m_shared->limits.idle_ms);
    m_wire.async_read_some(
        m_buffer.prepare(4096), [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
            if (error)
                return self->close();
            self->m_buffer.commit(bytes);
            self->read_header();
        });
}

void Connection::read_header()
{
    m_phase = Phase::reading;
    arm(m_shared->limits.header_ms);
    beast::http::async_read_header(m_wire, m_buffer, *m_parser,
        [self = shared_from_this()](ErrorCode error, std::size_t) { self->on_header(error); });
}

void Connection::on_header(ErrorCode error)
{
    const auto& request = m_parser->get();
    m_http_10 = request.version() < 11;
    m_head_only = request.method() == beast::http::verb::head;
    if (error)
        return on_read_error(error);
    if (const auto refusal = admit())
        return turn_away(*refusal);
    if (!beast::iequals(request[beast::http::field::expect], "100-continue"))
        return read_body();

    m_out_head = "HTTP/1.1 100 Continue\r\n\r\n";
    net::async_write(m_wire, net::buffer(m_out_head),
        [self = shared_from_this()](
            ErrorCode failed, std::size_t) { failed ? self->close() : self->read_body(); });
}

void Connection::read_body()
{
    arm(m_shared->limits.body_ms);
    beast::http::async_read(
        m_wire, m_buffer, *m_parser, [self = shared_from_this()](ErrorCode error, std::size_t) {
            error ? self->on_read_error(error) : self->dispatch();
        });
}

void Connection::on_read_error(ErrorCode error)
{
    namespace http = beast::http;
    if (m_expired)
        return refuse(request_timeout(m_shared->limits));
    if (error == http::error::body_limit)
        return refuse(body_too_large(m_shared->limits));
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
        return refuse(header_too_large(m_shared->limits));

    const bool hung_up =
        error == http::error::end_of_stream || error == http::error::partial_message ||
        error.category() != http::make_error_code(http::error::end_of_stream).category();
    if (hung_up)
        return close();
    refuse(bad_request("The parser says: " + error.message() + "."));
}

// Answering it.

/// Whether the header alone says no; and if not, where the request goes.
std::optional<HttpResponse> Connection::admit()
{
    auto outcome = screen(m_parser->get(), *m_shared, {m_address, m_name, m_wire.is_tls()});
    if (auto* refusal = std::get_if<HttpResponse>(&outcome))
        return std::move(*refusal);
    m_admitted = std::get<Admitted>(std::move(outcome));
    return std::nullopt;
}

/// Answers without having read the body, if there is one: then nothing else can follow it.
void Connection::turn_away(const HttpResponse& response)
{
    ++m_shared->counters.requests;
    ++m_shared->counters.requests_refused;
    ++m_turn;
    m_unread = !m_parser->is_done();
    m_keep_alive = !m_unread && m_parser->get().keep_alive() && response.status != 400 &&
                   response.status != 401;
    write(response);
}

void Connection::dispatch()
{
    const auto& message = m_parser->get();
    ++m_shared->counters.requests;
    ++m_turn;
    m_keep_alive = message.keep_alive() && !m_shared->stopping;
    m_phase = Phase::waiting;
    m_self = shared_from_this();
    m_answer_ms = m_shared->limits.answer_ms;
    arm(m_answer_ms);

    auto& [target, found] = m_admitted;
    if (found.answer_ms)
    {
        m_answer_ms = *found.answer_ms;
        arm(m_answer_ms);
    }
    HttpRequest request;
    request.method = text(message.method_string());
    request.path = std::move(target.path);
    request.query = std::move(target.query);
    request.parameters = std::move(found.parameters);
    for (const auto& field : message)
    {
        // The guard has seen it; whoever answers has no use for a secret.
        if (field.name() == beast::http::field::authorization)
            continue;
        request.headers.emplace_back(text(field.name_string()), text(field.value()));
    }
    request.body = std::move(m_parser->get().body());
    hand_over(*found.handler, std::move(request));
}

void Connection::hand_over(const HttpHandler& handler, HttpRequest request)
{
    m_abandoned = std::make_shared<std::atomic<bool>>(false);
    watch_client();
    auto exchange =
        std::make_shared<Exchange>(m_shared, shared_from_this(), m_turn, m_head_only, m_abandoned);
    try
    {
        handler(std::move(request), std::move(exchange));
    }
    catch (const std::exception&)
    {
        // The exchange is dropped, and its destructor answers.
    }
}

/// Notices a client that hangs up while its answer is being made.
void Connection::watch_client()
{
    if (m_buffer.size() != 0)
        return;
    socket().async_wait(tcp::socket::wait_read,
        [weak = weak_from_this(), abandoned = m_abandoned](ErrorCode error) {
            const auto self = weak.lock();
            if (error || !self || self->m_phase != Phase::waiting)
                return;
            char byte = 0;
            ErrorCode failed;
            self->socket().non_blocking(true, failed);
            const auto seen =
                self->socket().receive(net::buffer(&byte, 1), tcp::socket::message_peek, failed);
            if (failed != net::error::would_block && seen == 0)
                *abandoned = true;
        });
}

void Connection::respond(std::uint64_t turn, HttpResponse response)
{
    if (turn != m_turn || m_phase != Phase::waiting)
        return;
    write(response);
}

void Connection::refuse(const Problem& problem)
{
    m_keep_alive = false;
    m_unread = true;
    write(to_response(problem));
}

void Connection::write(const HttpResponse& response)
{
    const auto self = std::move(m_self);
    ErrorCode ignored;
    socket().cancel(ignored);
    m_phase = Phase::writing;
    m_keep_alive = m_keep_alive && !m_shared->stopping;
    m_out_head = response_head(response, {response.body.size(), false, m_keep_alive});
    m_out_body =
        m_head_only || response.status == 304 || response.status == 204 ? "" : response.body;
    arm(m_shared->limits.write_ms);
    const std::array<net::const_buffer, 2> out = {net::buffer(m_out_head), net::buffer(m_out_body)};
    net::async_write(m_wire, out,
        [self = shared_from_this()](ErrorCode error, std::size_t) { self->on_written(error); });
}

void Connection::on_written(ErrorCode error)
{
    if (error)
        return close();
    m_out_body = {};
    if (m_keep_alive)
        return read_request();
    m_unread || m_buffer.size() != 0 || m_wire.is_tls() ? linger() : close();
}

/// Waits for the client to hang up first: closing with unread bytes would destroy the answer on its
/// way.
void Connection::linger()
{
    m_phase = Phase::lingering;
    arm(kLingerMs);
    if (!m_wire.is_tls())
    {
        end_sending();
        return read_and_forget();
    }
    m_wire.async_end_tls([self = shared_from_this()](ErrorCode) {
        if (self->m_phase != Phase::lingering)
            return;
        self->end_sending();
        self->read_and_forget();
    });
}

void Connection::end_sending()
{
    ErrorCode ignored;
    socket().shutdown(tcp::socket::shutdown_send, ignored);
}

/// What comes now is not even deciphered.
void Connection::read_and_forget()
{
    socket().async_read_some(
        net::buffer(m_scratch), [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
            self->m_lingered += bytes;
            if (error || self->m_lingered > kLingerBytes)
                return self->close();
            self->read_and_forget();
        });
}

// Streaming.

void Connection::begin_stream(
    std::uint64_t turn, HttpResponse head, std::shared_ptr<StreamBuffer> stream)
{
    if (turn != m_turn || m_phase != Phase::waiting)
        return discard(*m_shared, *stream);
    const auto self = std::move(m_self);
    m_stream = std::move(stream);

    ErrorCode ignored;
    socket().cancel(ignored);
    disarm();
    m_phase = Phase::streaming;
    m_comments = head.content_type == "text/event-stream";
    m_out_head = response_head(head, {std::nullopt, !m_http_10, false});
    watch_stream_client();
    if (m_shared->stopping)
        m_stream->close();
    m_out_body = head.body.empty() || m_http_10 ? head.body : chunk(head.body);
    write_chunk(m_out_head + m_out_body);
}

void Connection::pump()
{
    if (m_writing || m_phase != Phase::streaming)
        return;
    auto batch = m_stream->take(kBatchBytes);
    if (batch.empty() && m_stream->was_cut() && m_comments && !m_cut_told)
    {
        m_cut_told = true;
        batch = cut_frame(m_stream->last_id());
    }
    if (!batch.empty())
        return write_chunk(m_http_10 ? batch : chunk(batch));
    if (!m_stream->finished())
        return schedule_comment();

    // A stream that was cut without a word lacks its last chunk, so that its end is no good end.
    const bool whole = !m_stream->was_cut() || m_comments;
    finish_stream();
    if (!whole)
        return close();
    m_out_head = m_http_10 ? "" : chunk({});
    m_phase = Phase::writing;
    arm(m_shared->limits.write_ms);
    net::async_write(
        m_wire, net::buffer(m_out_head), [self = shared_from_this()](ErrorCode error, std::size_t) {
            if (error)
                return self->close();
            // The read that watches the client goes on; it ends when the client hangs up.
            self->m_phase = Phase::lingering;
            self->arm(kLingerMs);
            if (self->m_wire.is_tls())
                self->m_wire.async_end_tls([self](ErrorCode) { self->end_sending(); });
            else
                self->end_sending();
        });
}

void Connection::write_chunk(const std::string& bytes)
{
    m_writing = true;
    m_comment.cancel();
    m_out_body = bytes;
    arm(m_shared->limits.write_ms);
    net::async_write(
        m_wire, net::buffer(m_out_body), [self = shared_from_this()](ErrorCode error, std::size_t) {
            self->on_chunk_written(error);
        });
}

void Connection::on_chunk_written(ErrorCode error)
{
    m_writing = false;
    if (error || m_phase != Phase::streaming)
        return close();
    disarm();
    m_stream->sent();
    const auto stream = m_stream;
    pump();
    for (const auto& callback : stream->drained())
        callback();
}

void Connection::schedule_comment()
{
    if (!m_comments)
        return;
    m_comment.expires_after(std::chrono::milliseconds{m_shared->limits.keep_alive_ms});
    m_comment.async_wait([weak = weak_from_this()](ErrorCode error) {
        const auto self = weak.lock();
        if (error || !self || self->m_phase != Phase::streaming || self->m_writing)
            return;
        constexpr auto kComment = ": keep-alive\n\n";
        self->write_chunk(self->m_http_10 ? kComment : chunk(kComment));
    });
}

/// A client says nothing on a stream; the end of its side ends the stream.
void Connection::watch_stream_client()
{
    m_wire.async_read_some(
        net::buffer(m_scratch), [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
            self->m_lingered += bytes;
            if (error || self->m_lingered > kLingerBytes)
                return self->close();
            self->watch_stream_client();
        });
}

void Connection::finish_stream()
{
    const auto stream = std::exchange(m_stream, nullptr);
    if (stream->was_cut())
        ++m_shared->counters.streams_cut;
    discard(*m_shared, *stream);
}

// What handlers and producers hold.

void Exchange::respond(HttpResponse response)
{
    if (m_answered.exchange(true))
        return;
    m_shared->post(
        [connection = m_connection, turn = m_turn, answer = std::move(response)]() mutable {
            if (const auto alive = connection.lock())
                alive->respond(turn, std::move(answer));
        });
}

std::shared_ptr<HttpStream> Exchange::open_stream(HttpResponse head)
{
    if (m_head_only)
    {
        head.body.clear();
        respond(std::move(head));
        return nullptr;
    }
    auto& open = m_shared->counters.streams_open;
    if (++open > m_shared->limits.streams)
    {
        --open;
        auto answer = to_response(too_many_streams(m_shared->limits));
        answer.headers.emplace_back("Retry-After", "5");
        respond(std::move(answer));
        return nullptr;
    }
    if (m_answered.exchange(true))
    {
        --open;
        return nullptr;
    }
    ++m_shared->counters.streams;
    auto buffer = std::make_shared<StreamBuffer>(m_shared->limits.stream_bytes);
    m_shared->post([shared = m_shared, connection = m_connection, turn = m_turn,
                       answer = std::move(head), buffer]() mutable {
        if (const auto alive = connection.lock())
            return alive->begin_stream(turn, std::move(answer), std::move(buffer));
        discard(*shared, *buffer);
    });
    return std::make_shared<Stream>(m_shared, m_connection, std::move(buffer));
}

void Stream::wake()
{
    m_shared->post([connection = m_connection, buffer = m_buffer] {
        if (const auto alive = connection.lock())
            alive->pump();
    });
}

bool Stream::send(std::string frame, std::string id)
{
    const auto pushed = m_buffer->push(std::move(frame), std::move(id));
    if (pushed != StreamBuffer::Push::ended)
        wake();
    return pushed == StreamBuffer::Push::queued;
}

void Stream::when_drained(std::function<void()> callback)
{
    m_buffer->when_drained(std::move(callback));
    m_shared->post([buffer = m_buffer] {
        for (const auto& waiting : buffer->drained())
            waiting();
    });
}

void Stream::close()
{
    m_buffer->close();
    wake();
}
}  // namespace engine::http

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine
{
/// Names and values in the order they were given. Header names compare without case.
using HttpFields = std::vector<std::pair<std::string, std::string>>;

inline bool equal_without_case(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i)
    {
        if (lower(a[i]) != lower(b[i]))
            return false;
    }
    return true;
}

/// The value of the first field of that name.
inline std::optional<std::string_view> find_field(const HttpFields& fields, std::string_view name)
{
    for (const auto& [key, value] : fields)
    {
        if (equal_without_case(key, name))
            return value;
    }
    return std::nullopt;
}

/// One request, whole and within the limits. Path parameters and query are percent-decoded; the
/// path is as it was sent.
struct HttpRequest
{
    std::string method = "GET";
    std::string path = "/";
    HttpFields query;
    HttpFields headers;
    HttpFields parameters;  ///< What the route's {names} stood for.
    std::string body;
};

struct HttpResponse
{
    unsigned status = 200;
    std::string content_type = "application/json";
    HttpFields headers;
    std::string body;
};

/// An answer without an end: bytes go out as they are sent, until one side closes. Every call may
/// come from any thread. Dropping the last pointer closes the stream.
class HttpStream
{
public:
    virtual ~HttpStream() = default;

    /// Queues one frame. `id` names the position that the client may resume after once it has this
    /// frame; empty when the frame is none. False when the stream has ended: nothing was queued,
    /// and nothing will be. A frame that does not fit the buffer ends the stream: the client is
    /// told the last id that went out, and is cut.
    virtual bool send(std::string frame, std::string id = {}) = 0;

    /// How many bytes fit before the client counts as too slow. A producer that has a backlog sends
    /// no more than this, then asks when_drained.
    virtual std::size_t room() const = 0;

    /// Calls back once, on the server's thread, when the buffer is empty or the stream has ended.
    virtual void when_drained(std::function<void()> callback) = 0;

    /// Sends what is queued, then ends the answer.
    virtual void close() = 0;

    /// False once the client is gone or the stream was closed.
    virtual bool open() const = 0;
};

/// A request that waits for its answer. Answer once, with respond or open_stream, from any thread;
/// a second answer is dropped. Dropping the last pointer unanswered answers 500.
class HttpExchange
{
public:
    virtual ~HttpExchange() = default;

    virtual void respond(HttpResponse response) = 0;

    /// Answers with a stream. The body of `head` goes first. A HEAD request, and a server that has
    /// no stream left, get an answer without one: null.
    virtual std::shared_ptr<HttpStream> open_stream(HttpResponse head) = 0;

    /// True when the client seems to have gone: a long computation may be given up.
    virtual bool abandoned() const = 0;
};

/// Called on the server's thread: returns at once, and answers then or later.
using HttpHandler = std::function<void(HttpRequest, std::shared_ptr<HttpExchange>)>;
}  // namespace engine

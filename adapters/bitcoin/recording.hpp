#pragma once

#include "adapters/bitcoin/transport.hpp"

#include <deque>
#include <fstream>
#include <istream>
#include <map>
#include <memory>
#include <string>

// A recording is a text file with one JSON object a line, in the order of the calls:
//   {"path":"/","request":"...","status":200,"reply":"..."}
//   {"path":"/","request":"...","failure":"unreachable","message":"..."}
// Credentials are below the transport, in HTTP headers, and never get here.

namespace engine::bitcoind
{
/// Passes requests on and writes every exchange down.
class RecordingTransport final : public RpcTransport
{
    RpcTransport& m_inner;
    std::ofstream m_file;

public:
    RecordingTransport(RpcTransport& inner, const std::string& path);

    Result<RpcReply, RpcError> post(const std::string& path, const std::string& body) override;
    void interrupt() override { m_inner.interrupt(); }

    /// False once a line could not be written: the recording is worthless.
    bool good() const { return m_file.good(); }
};

/// Answers from a recording: the n-th time a request is made it gets the n-th reply that was given
/// to it. A request that was not recorded, or not as often, is an error.
class PlaybackTransport final : public RpcTransport
{
    using Outcome = Result<RpcReply, RpcError>;
    std::map<std::string, std::deque<Outcome>> m_replies;
    std::size_t m_left = 0;

    PlaybackTransport() = default;

public:
    /// The sentence says which line is broken.
    static Result<std::unique_ptr<PlaybackTransport>, std::string> open(const std::string& path);
    /// The same from a stream; `path` is for the sentence alone.
    static Result<std::unique_ptr<PlaybackTransport>, std::string> read(
        std::istream& file, const std::string& path);

    Result<RpcReply, RpcError> post(const std::string& path, const std::string& body) override;
    void interrupt() override {}

    /// Recorded exchanges that nobody has asked for yet.
    std::size_t left() const { return m_left; }
};
}  // namespace engine::bitcoind

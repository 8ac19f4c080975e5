#include "adapters/bitcoin/recording.hpp"

#include "adapters/bitcoin/json.hpp"

#include <array>
#include <optional>

namespace engine::bitcoind
{
namespace
{
constexpr std::array kFailures = {RpcErrorKind::unreachable, RpcErrorKind::timeout,
    RpcErrorKind::credentials, RpcErrorKind::malformed, RpcErrorKind::too_large,
    RpcErrorKind::interrupted, RpcErrorKind::not_recorded};

std::string key_of(const std::string& path, const std::string& body)
{
    return path + "\n" + body;
}

std::optional<Result<RpcReply, RpcError>> read_outcome(const json::object& line)
{
    if (const auto failure = text_of(line, "failure"))
    {
        for (const auto kind : kFailures)
        {
            if (name(kind) == *failure)
            {
                return Failure{RpcError{kind, 0, "", text_of(line, "message").value_or(""),
                    text_of(line, "action").value_or("")}};
            }
        }
        return std::nullopt;
    }
    const auto status = integer_of(line, "status");
    const auto reply = text_of(line, "reply");
    if (!status || *status < 100 || *status > 599 || !reply)
        return std::nullopt;
    return RpcReply{static_cast<unsigned>(*status), *reply};
}
}  // namespace

RecordingTransport::RecordingTransport(RpcTransport& inner, const std::string& path)
  : m_inner{inner}, m_file{path, std::ios::binary | std::ios::trunc}
{}

Result<RpcReply, RpcError> RecordingTransport::post(
    const std::string& path, const std::string& body)
{
    auto outcome = m_inner.post(path, body);
    json::object line{{"path", path}, {"request", body}};
    if (outcome)
    {
        line["status"] = outcome->status;
        line["reply"] = outcome->body;
    }
    else
    {
        line["failure"] = std::string{name(outcome.error().kind)};
        line["message"] = outcome.error().message;
        line["action"] = outcome.error().action;
    }
    m_file << json::serialize(line) << '\n' << std::flush;
    return outcome;
}

Result<std::unique_ptr<PlaybackTransport>, std::string> PlaybackTransport::open(
    const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    if (!file)
        return Failure{path + ": cannot be read"};
    return read(file, path);
}

Result<std::unique_ptr<PlaybackTransport>, std::string> PlaybackTransport::read(
    std::istream& file, const std::string& path)
{
    std::unique_ptr<PlaybackTransport> playback{new PlaybackTransport};
    std::string text;
    for (std::size_t number = 1; std::getline(file, text); ++number)
    {
        const auto line = parse(text);
        const auto* object = line ? line->if_object() : nullptr;
        const auto target = object ? text_of(*object, "path") : std::nullopt;
        const auto request = object ? text_of(*object, "request") : std::nullopt;
        auto outcome = object ? read_outcome(*object) : std::nullopt;
        if (!target || !request || !outcome)
            return Failure{path + ":" + std::to_string(number) + ": is no recorded exchange"};
        playback->m_replies[key_of(*target, *request)].push_back(std::move(*outcome));
        ++playback->m_left;
    }
    return playback;
}

Result<RpcReply, RpcError> PlaybackTransport::post(const std::string& path, const std::string& body)
{
    const auto found = m_replies.find(key_of(path, body));
    if (found == m_replies.end() || found->second.empty())
    {
        return Failure{RpcError{RpcErrorKind::not_recorded, 0, "",
            "the recording has no further reply to " + body.substr(0, 200),
            "Record again: what asks has changed, or asks more often."}};
    }
    auto outcome = std::move(found->second.front());
    found->second.pop_front();
    --m_left;
    return outcome;
}
}  // namespace engine::bitcoind

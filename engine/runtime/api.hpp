#pragma once

#include "engine/ports/http.hpp"
#include "engine/runtime/node.hpp"
#include "engine/runtime/status_findings.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine
{
/// How long a checkpoint may take: the time for every law over the whole state.
inline constexpr std::int64_t kCheckpointAnswerMs = 3'600'000;

/// One entry of the API, for whatever server carries it.
struct ApiRoute
{
    std::string method;
    std::string pattern;  ///< Segments, `{name}` for one of them.
    HttpHandler handler;
    std::optional<std::int64_t> answer_ms = std::nullopt;  ///< Instead of the server's limit.
};

/// What the parts beside the node say about themselves.
struct EdgeReport
{
    boost::json::object groups;             ///< Name -> object: lines of the status.
    std::optional<FollowerFacts> follower;  ///< Nothing: no Bitcoin node is followed.
    EffectFacts effects;                    ///< Without its totals, which the state has.
    StatusFindings findings;                ///< Of other parts.
};

/// The HTTP API over a node: README-api.md. Who may use which route: doors/route_roles.hpp.
/// Handlers answer from durable state alone; what reads the disk runs on Lane::check, what reads
/// the state between blocks on Lane::fold.
class Api
{
    struct Inside;
    std::shared_ptr<Inside> m;

public:
    struct Parts
    {
        Node& node;
        Executor& executor;
        const Clock& clock;
        std::string version;
        std::string data_directory;
        std::function<EdgeReport()> edges;  ///< From Lane::fold; may be null.
    };

    /// Follows the sequencer for the streams: before its first task.
    explicit Api(Parts parts);
    ~Api();

    std::vector<ApiRoute> routes() const;

    /// Ends all streams; requests are told that the node is stopping. From any thread.
    void stop();
};
}  // namespace engine

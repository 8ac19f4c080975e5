#pragma once

#include "engine/runtime/api.hpp"
#include "engine/runtime/api_answers.hpp"

#include <atomic>
#include <memory>
#include <vector>

namespace engine::api
{
/// How long requests have waited while the log stood still, as those see it who ask for it. Used on
/// Lane::fold.
class StallWatch
{
    std::optional<LogHeight> m_height;  // Where requests were seen to wait first.
    std::int64_t m_since_ms = 0;

public:
    std::int64_t look(const SequencerStatus& status, std::int64_t now_ms)
    {
        if (status.queued == 0 || m_height != status.height)
            m_since_ms = now_ms;
        m_height = status.queued == 0 ? std::nullopt : std::optional{status.height};
        return now_ms - m_since_ms;
    }
};

/// What every route has at hand. Lives as long as any route.
struct Context
{
    Api::Parts parts;
    std::int64_t began_ms;
    std::atomic<bool> stopping = false;
    mutable StallWatch stalls;

    explicit Context(Api::Parts p) : parts{std::move(p)}, began_ms{parts.clock.monotonic_ms()} {}

    std::int64_t uptime_ms() const { return parts.clock.monotonic_ms() - began_ms; }

    void on_fold(Task task) const { parts.executor.post(Lane::fold, std::move(task)); }

    void read(std::function<void(const DurableView&)> reader) const
    {
        parts.node.sequencer().read(std::move(reader));
    }

    /// Reads a block on Lane::check; the newest seal is taken on Lane::fold before that.
    void with_block(LogHeight height,
        std::function<void(const log::LogResult<Bytes>&, const std::optional<log::Seal>&)> use)
        const
    {
        on_fold([this, height, use = std::move(use)]() mutable {
            parts.executor.post(Lane::check,
                [this, height, use = std::move(use), seal = parts.node.sequencer().status().seal] {
                    use(log::read_block(parts.node.log(), height), seal);
                });
        });
    }
};

using SharedContext = std::shared_ptr<Context>;
using Routes = std::vector<ApiRoute>;

class Streams;

/// Of a block that can't be read, or is not there.
HttpResponse from_log_error(const log::LogError& error);

// The groups, one file each: api_health, api_state, api_proofs, api_requests, api_log.
Routes health_routes(const SharedContext& context);
Routes state_routes(const SharedContext& context);
Routes proof_routes(const SharedContext& context);
Routes request_routes(const SharedContext& context);
Routes log_routes(const SharedContext& context, const std::shared_ptr<Streams>& streams);
}  // namespace engine::api

#pragma once

#include "engine/runtime/api.hpp"
#include "engine/runtime/api_answers.hpp"

#include <atomic>
#include <memory>
#include <vector>

namespace engine::api
{
/// What every route has at hand. Lives as long as any route.
struct Context
{
    Api::Parts parts;
    std::int64_t began_ms;
    std::atomic<bool> stopping = false;

    explicit Context(Api::Parts p) : parts{std::move(p)}, began_ms{parts.clock.monotonic_ms()} {}

    std::int64_t uptime_ms() const { return parts.clock.monotonic_ms() - began_ms; }

    void on_fold(Task task) const { parts.executor.post(Lane::fold, std::move(task)); }

    void read(std::function<void(const DurableView&)> reader) const
    {
        parts.node.sequencer().read(std::move(reader));
    }
};

using SharedContext = std::shared_ptr<Context>;
using Routes = std::vector<ApiRoute>;

class Streams;

// The groups, one file each: api_health, api_state, api_requests, api_log.
Routes health_routes(const SharedContext& context);
Routes state_routes(const SharedContext& context);
Routes request_routes(const SharedContext& context);
Routes log_routes(const SharedContext& context, const std::shared_ptr<Streams>& streams);
}  // namespace engine::api

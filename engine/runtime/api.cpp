#include "engine/runtime/api.hpp"

#include "engine/runtime/api_openapi.hpp"
#include "engine/runtime/api_streams.hpp"

namespace engine
{
struct Api::Inside
{
    api::SharedContext context;
    std::shared_ptr<api::Streams> streams;
};

Api::Api(Parts parts) : m{std::make_shared<Inside>()}
{
    m->context = std::make_shared<api::Context>(std::move(parts));
    m->streams = std::make_shared<api::Streams>(m->context);
    const std::weak_ptr<api::Streams> weak = m->streams;
    m->context->parts.node.sequencer().follow([weak](const DurableBlock&) {
        if (const auto streams = weak.lock())
            streams->poke_all();
    });
}

Api::~Api() = default;

void Api::stop()
{
    m->context->stopping = true;
    m->context->on_fold([streams = m->streams] { streams->close_all(); });
}

std::vector<ApiRoute> Api::routes() const
{
    std::vector<ApiRoute> all;
    for (auto group : {api::health_routes(m->context), api::state_routes(m->context),
             api::proof_routes(m->context), api::log_routes(m->context, m->streams),
             api::request_routes(m->context)})
        all.insert(all.end(), group.begin(), group.end());
    all.push_back(api::openapi_route(all, m->context->parts.version));
    return all;
}
}  // namespace engine

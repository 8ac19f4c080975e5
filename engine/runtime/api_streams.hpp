#pragma once

#include "engine/runtime/api_context.hpp"
#include "engine/runtime/api_stream.hpp"

#include <optional>
#include <string>
#include <vector>

namespace engine::api
{
/// The clients that follow the log, each with a feed of its own.
class Streams : public std::enable_shared_from_this<Streams>
{
    SharedContext m;
    std::vector<std::shared_ptr<EventFeed>> m_feeds;  // Owned by Lane::fold.

public:
    explicit Streams(SharedContext context) : m{std::move(context)} {}

    /// GET /v1/stream.
    void open(const HttpRequest& request, const Exchange& exchange);

    // On Lane::fold.

    /// There is a new durable block.
    void poke_all();
    void close_all();

private:
    void begin(const std::optional<std::string>& given, const Exchange& exchange);
    std::optional<EventPlace> begin_after(const std::optional<std::string>& given) const;
    void drop_closed();
};
}  // namespace engine::api

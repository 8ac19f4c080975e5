#pragma once

#include "engine/log/log.hpp"
#include "engine/ports/executor.hpp"
#include "engine/ports/http.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace engine::api
{
class StreamPump;

/// Open streams of the log. The log itself is the buffer: a stream may begin anywhere and loses
/// nothing, however often it is cut.
class Streams
{
    Executor& m_executor;
    const log::Log& m_log;
    std::mutex m_mutex;
    std::vector<std::shared_ptr<StreamPump>> m_pumps;

public:
    Streams(Executor& executor, const log::Log& log) : m_executor{executor}, m_log{log} {}

    /// Sends every event from a place on, and those to come.
    void add(std::shared_ptr<HttpStream> stream, EventPlace from);

    /// The log has grown.
    void wake();

    void close();
};
}  // namespace engine::api

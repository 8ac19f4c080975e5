#include "engine/log/read_only_log.hpp"

namespace engine::log
{
namespace
{
Failure<LogError> read_only()
{
    return Failure{LogError{.code = LogErrorCode::stopped,
        .what = "this log was opened to be read",
        .file = {},
        .offset = {},
        .height = {},
        .repair = {}}};
}
}  // namespace

LogResult<Done> ReadOnlyLog::append(ByteView)
{
    return read_only();
}

LogResult<Preparation> ReadOnlyLog::prepare_next()
{
    return read_only();
}

LogResult<Done> ReadOnlyLog::close()
{
    return read_only();
}
}  // namespace engine::log

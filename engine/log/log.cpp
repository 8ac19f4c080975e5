#include "engine/log/log.hpp"

namespace engine::log
{
LogResult<Bytes> read_block(const Log& log, LogHeight height)
{
    const auto reader = log.reader(height);
    if (!reader)
        return Failure{reader.error()};
    const auto block = (*reader)->next();
    if (!block)
        return Failure{block.error()};
    if (*block != nullptr)
        return Bytes{(*block)->bytes().begin(), (*block)->bytes().end()};
    LogError error;
    error.code = LogErrorCode::beyond_end;
    error.what = "the log has no such height yet";
    error.height = height;
    return Failure{error};
}
}  // namespace engine::log

#pragma once

#include "engine/log/log.hpp"

namespace engine::log
{
/// A log for those who only read: whoever tries to write gets the error `stopped`.
class ReadOnlyLog : public Log
{
public:
    LogResult<Done> append(ByteView block) final;
    LogResult<Preparation> prepare_next() final;
    LogResult<Done> close() final;
    bool has_room() const final { return false; }
};
}  // namespace engine::log

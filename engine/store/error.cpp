#include "engine/store/error.hpp"

namespace engine
{
std::string_view name_of(StoreErrorCode code)
{
    switch (code)
    {
        case StoreErrorCode::io:
            return "STORE_IO";
        case StoreErrorCode::no_room:
            return "STORE_NO_ROOM";
        case StoreErrorCode::corrupt:
            return "STORE_CORRUPT";
        case StoreErrorCode::format:
            return "STORE_FORMAT";
        case StoreErrorCode::missing:
            return "STORE_MISSING";
    }
    return "STORE_IO";
}

std::string to_string(const StoreError& error)
{
    std::string text{name_of(error.code)};
    text += ": " + error.what;
    if (!error.where.empty())
        text += ", at " + error.where;
    if (!error.why.empty())
        text += ": " + error.why;
    if (!error.advice.empty())
        text += ". Do: " + error.advice;
    return text;
}

StoreFailure::StoreFailure(StoreError error) : m_error{std::move(error)}, m_text{to_string(m_error)}
{}

StoreError io_failure(const IoError& error)
{
    return {StoreErrorCode::io, "the disk refused to " + error.operation, error.path,
        to_string(error), "repair the disk or make room on it, then start again"};
}
}  // namespace engine

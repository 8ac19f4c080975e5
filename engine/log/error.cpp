#include "engine/log/error.hpp"

namespace engine::log
{
std::string_view code_name(LogErrorCode code)
{
    switch (code)
    {
        case LogErrorCode::io:
            return "log-io";
        case LogErrorCode::no_room:
            return "log-no-room";
        case LogErrorCode::stopped:
            return "log-stopped";
        case LogErrorCode::owned:
            return "log-owned";
        case LogErrorCode::damaged:
            return "log-damaged";
        case LogErrorCode::missing:
            return "log-missing";
        case LogErrorCode::misplaced:
            return "log-misplaced";
        case LogErrorCode::unknown_format:
            return "log-unknown-format";
        case LogErrorCode::wrong_block:
            return "log-wrong-block";
        case LogErrorCode::too_large:
            return "log-too-large";
        case LogErrorCode::beyond_end:
            return "log-beyond-end";
    }
    return "log-unknown";
}

std::string to_string(const LogError& error)
{
    std::string text{code_name(error.code)};
    text += ": ";
    if (!error.file.empty())
        text += error.file + ", ";
    if (error.offset)
        text += "byte " + std::to_string(*error.offset) + ", ";
    if (error.height)
        text += "height " + std::to_string(error.height->value) + ", ";
    text.replace(text.size() - 2, 2, ": ");
    text += error.what + ".";
    if (!error.repair.empty())
        text += " " + error.repair;
    return text;
}

LogError from_disk(const IoError& error)
{
    LogError failed;
    failed.code = LogErrorCode::io;
    failed.what = to_string(error);
    failed.file = error.path;
    failed.repair = "Check the disk, its mount and the permissions, then start again.";
    return failed;
}

std::string how_to_repair()
{
    return "Delete nothing. Put this file back from a replica or a backup, or rebuild the log from "
           "the DA layer, then start again.";
}
}  // namespace engine::log

#pragma once

#include "engine/base/result.hpp"
#include "engine/ports/disk.hpp"

#include <exception>
#include <string>
#include <string_view>

namespace engine
{
enum class StoreErrorCode
{
    io,       ///< The disk said no.
    no_room,  ///< The disk is full. Nothing has changed: it may be tried again.
    corrupt,  ///< What was read can't have been written by this engine.
    format,   ///< Written by another version of this engine.
    missing,  ///< Not there.
};

/// Whether it is the disk's, and says nothing about what was written.
constexpr bool is_of_the_disk(StoreErrorCode code)
{
    return code == StoreErrorCode::io || code == StoreErrorCode::no_room;
}

/// The stable name of a code: "STORE_IO", "STORE_NO_ROOM", "STORE_CORRUPT", "STORE_FORMAT",
/// "STORE_MISSING".
std::string_view name_of(StoreErrorCode code);

/// Why the store can't go on: what is wrong, where, why it is believed, and what to do about it.
struct StoreError
{
    StoreErrorCode code = StoreErrorCode::io;
    std::string what;
    std::string where;  ///< A path, and a key in hexadecimal where one is to blame.
    std::string why;
    std::string advice;
};

/// "STORE_CORRUPT: a tree page is missing, at /data/state key 7402a0: its parent names it. Do: ..."
std::string to_string(const StoreError& error);

template <typename T>
using StoreResult = Result<T, StoreError>;

/// Thrown by reads of the state that have no other way to say no (StateView, RowSource): the disk
/// failed, or what it holds is corrupt. Caught in one place, where the process is stopped: the fold
/// must not be told that a row is absent because it can't be read.
class StoreFailure : public std::exception
{
    StoreError m_error;
    std::string m_text;

public:
    explicit StoreFailure(StoreError error);

    const StoreError& error() const noexcept { return m_error; }
    const char* what() const noexcept override { return m_text.c_str(); }
};

StoreError io_failure(const IoError& error);
}  // namespace engine

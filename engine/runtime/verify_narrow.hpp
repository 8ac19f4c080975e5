#pragma once

#include "engine/runtime/verify_log.hpp"

namespace engine
{
/// A state root that the log, or the seal, records and the refold doesn't bear out.
struct WrongRoot
{
    LogHeight height;      ///< Whose root it is.
    std::string recorder;  ///< "the header of block 12", "the seal file"
    StateRoot recorded;
    StateRoot computed;
};

/// The heights behind a rooted height whose recorded root agrees, up to one whose doesn't.
struct RootedInterval
{
    std::optional<LogHeight> agreeing;  ///< Nothing: no root before it agrees, or was recorded.
    LogHeight last;

    LogHeight first() const { return LogHeight{agreeing ? agreeing->value + 1 : 0}; }
};
std::string to_string(const RootedInterval& interval);

/// The interval of the i-th of these roots, which are in the order of their heights.
RootedInterval interval_of(
    const LogReading& reading, std::span<const WrongRoot> wrong, std::size_t i);

/// Narrows a root that differs to its rooted interval and, where state of the interval's end exists
/// (the state under test, a checkpoint), to the rows that differ there and the events of the
/// interval that wrote them. The first difference is the root's own and says which of the two could
/// be done; those of rows follow. Folds the log up to the interval once more.
std::vector<Difference> narrow(const VerifyInputs& inputs, const LogReading& reading,
    const WrongRoot& root, const RootedInterval& interval);

/// The root's own difference, narrowed to its interval alone.
Difference wrong_root(const WrongRoot& root, const RootedInterval& interval);
}  // namespace engine

#pragma once

#include <string>

namespace engine
{
/// Bytes that can't be an event: bad encoding, a proof that proves nothing, over a limit. Refused
/// at the door, counted, never logged. The text says which member, what it is, what was expected.
struct Invalid
{
    std::string what;

    friend bool operator==(const Invalid&, const Invalid&) = default;
};
}  // namespace engine

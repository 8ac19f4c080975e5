#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/base/types.hpp"

#include <cstdint>
#include <string>

namespace engine
{
enum class EffectState : std::uint8_t
{
    pending,    ///< Nobody has begun.
    taken,      ///< The exact bytes of an attempt are recorded; it may have been carried out.
    submitted,  ///< Handed over; not final outside.
};

/// An effect of the outbox that is not settled, as the durable state has it.
struct OpenEffect
{
    EffectId id;
    std::uint16_t kind = 0;
    std::uint32_t attempt = 0;
    Bytes payload;  ///< In the kind's own encoding.
    EffectState state = EffectState::pending;
};

/// Why an executor could not do what it was asked, in the four lines of an error.
struct EffectError
{
    std::string code;  ///< Stable.
    std::string what;
    std::string why;
    std::string action;  ///< What an operator does about it.
    /// It is tried again by itself. False for what only somebody can mend, and only if the call has
    /// surely done nothing outside: such an effect may be parked, and withdrawn then.
    bool retryable = false;
};

enum class ExecuteAnswer : std::uint8_t
{
    settled,    ///< Final outside.
    submitted,  ///< Handed over; look_up tells when it is final.
};

enum class LookUpAnswer : std::uint8_t
{
    settled,    ///< There, with exactly these bytes, and final.
    submitted,  ///< There, not final.
    absent,     ///< Surely not there: executing is safe.
    unknown,    ///< Could not tell. Executing the same bytes again is still safe; others are not.
};

/// Carries out effects of one kind on one outside system. The order for an effect is: prepare;
/// record EffectTaken with the prepared bytes and wait until it is durable; execute with exactly
/// those bytes. After a restart every taken effect is looked up first. Calls may block: they belong
/// on a thread that may wait, one call at a time.
class EffectExecutor
{
public:
    virtual ~EffectExecutor() = default;

    /// The bytes that execute would send. No outside act; the same effect gives the same bytes.
    virtual Result<Bytes, EffectError> prepare(const OpenEffect& effect) = 0;

    /// Acts. Repeating it with the same bytes has no further effect outside.
    virtual Result<ExecuteAnswer, EffectError> execute(
        const OpenEffect& effect, ByteView bytes) = 0;

    /// Asks outside. An error means that it could not be asked, and proves nothing: it is asked
    /// again, retryable or not. `unknown` means that asking did not help.
    virtual Result<LookUpAnswer, EffectError> look_up(const OpenEffect& effect, ByteView bytes) = 0;

    /// From any thread: the call under way ends soon, and every later one at once, with a retryable
    /// error. For a process that stops.
    virtual void interrupt() {}
};
}  // namespace engine

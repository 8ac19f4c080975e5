#pragma once

#include "engine/base/types.hpp"
#include "engine/core/byte_codec.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace engine::access
{
/// The number of a declared source of observations.
using SourceId = Strong<struct SourceIdTag, std::uint16_t>;

/// How the observations of a source are believed.
enum class SourceProof : std::uint8_t
{
    bitcoin = 0,  ///< Each carries its proof of work and Merkle branch. No positions.
    key = 1,      ///< Each is signed with the source's key. Positions from 0, without gaps.
    none = 2,     ///< Taken as told. Positions from 0. Only genesis can declare one.
};
constexpr bool is_declared(SourceProof p)
{
    return p <= SourceProof::none;
}

/// Who may author observations, and how much of them in one second of log time.
struct SourceDeclaration
{
    SourceId id;
    std::string name;
    SourceProof proof = SourceProof::bitcoin;
    PublicKey key;  ///< Zero unless proof is key.
    std::uint32_t events_per_second = 0;
    std::uint32_t bytes_per_second = 0;

    static constexpr auto describe()
    {
        using S = SourceDeclaration;
        return fields(field("id", &S::id), field("name", &S::name), field("proof", &S::proof),
            field("key", &S::key), field("events_per_second", &S::events_per_second),
            field("bytes_per_second", &S::bytes_per_second));
    }
    friend bool operator==(const SourceDeclaration&, const SourceDeclaration&) = default;
};

/// A set of rules comes into force at a height of the log.
struct RulesActivation
{
    RulesVersion version;
    LogHeight height;

    static constexpr auto describe()
    {
        using A = RulesActivation;
        return fields(field("version", &A::version), field("height", &A::height));
    }
    friend bool operator==(const RulesActivation&, const RulesActivation&) = default;
};

/// What genesis says about access.
struct Genesis
{
    PublicKey sequencer;
    std::vector<PublicKey> operators;
    std::vector<SourceDeclaration> sources;
    std::vector<RulesActivation> rules;            ///< Ascending. The first is at height 0.
    std::int64_t clock_jump_max_ms = 604'800'000;  ///< Seven days.

    friend bool operator==(const Genesis&, const Genesis&) = default;
};

/// An operator declares a source. A known id is refused.
struct SourceDeclared
{
    SourceDeclaration source;
    friend bool operator==(const SourceDeclared&, const SourceDeclared&) = default;
};

/// An operator lets another key act as one.
struct OperatorAdded
{
    PublicKey key;
    friend bool operator==(const OperatorAdded&, const OperatorAdded&) = default;
};

/// An operator takes a key's rights away. The last operator can't be removed.
struct OperatorRemoved
{
    PublicKey key;
    friend bool operator==(const OperatorRemoved&, const OperatorRemoved&) = default;
};

/// An operator confirms that the machine's clock is right although it is far ahead of the log.
struct ClockJumpAllowed
{
    LogTime until;
    friend bool operator==(const ClockJumpAllowed&, const ClockJumpAllowed&) = default;
};

/// An operator fixes the height at which the next rules come into force. It lies ahead.
struct RulesScheduled
{
    RulesActivation activation;
    friend bool operator==(const RulesScheduled&, const RulesScheduled&) = default;
};

using Event =
    std::variant<SourceDeclared, OperatorAdded, OperatorRemoved, ClockJumpAllowed, RulesScheduled>;
}  // namespace engine::access

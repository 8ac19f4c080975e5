#include "engine/codec/validate.hpp"

#include "engine/codec/codec.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/hash/sha256.hpp"

namespace engine
{
namespace
{
constexpr TaggedHasher kCommandHash{"refold/command"};

std::optional<Invalid> check_signature(const Constants& constants, const Event& event,
    const PublicKey& key, const Signature& signature)
{
    if (schnorr_verify(key, command_message(constants.id, event).bytes, signature))
        return std::nullopt;
    return Invalid{"signature: not one of the event's key over this event and this genesis"};
}

std::optional<Invalid> check_author(const Constants&, const Event&, const EngineAuthor&)
{
    return std::nullopt;
}

std::optional<Invalid> check_author(
    const Constants& constants, const Event& event, const Authorization& author)
{
    return check_signature(constants, event, author.key, author.signature);
}

std::optional<Invalid> check_author(
    const Constants& constants, const Event& event, const Origin& author)
{
    if (author.key != PublicKey{})
        return check_signature(constants, event, author.key, author.signature);
    if (author.signature != Signature{})
        return Invalid{"origin: a signature without a key"};
    return std::nullopt;
}

/// The module's own check of an event kind, if it has one.
template <typename Part, typename Kind>
std::optional<Invalid> check_kind(const Part& part, RulesVersion rules, const Kind& kind)
{
    if constexpr (requires { validate(part, rules, kind); })
        return validate(part, rules, kind);
    else
        return std::nullopt;
}

template <typename M>
std::optional<Invalid> check_body(
    const Constants& constants, RulesVersion rules, const typename M::Event& event)
{
    if constexpr (requires { typename M::Genesis; })
    {
        const auto& part = std::get<typename M::Genesis>(constants.genesis.modules);
        return std::visit([&](const auto& kind) { return check_kind(part, rules, kind); }, event);
    }
    else
    {
        return std::nullopt;
    }
}
}  // namespace

Hash256 command_message(const GenesisId& genesis, const Event& event)
{
    return kCommandHash(genesis.bytes, signing_bytes(event));
}

std::optional<Invalid> validate(const Constants& constants, RulesVersion rules, const Event& event)
{
    auto invalid = std::visit(
        [&](const auto& author) { return check_author(constants, event, author); }, event.author);
    Modules::for_each([&]<typename M>() {
        if (const auto* body = std::get_if<typename M::Event>(&event.body); body && !invalid)
            invalid = check_body<M>(constants, rules, *body);
    });
    return invalid;
}
}  // namespace engine

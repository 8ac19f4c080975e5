#pragma once

#include "engine/ports/clock.hpp"
#include "engine/ports/http_guard.hpp"
#include "engine/ports/problem.hpp"
#include "engine/runtime/doors/bucket.hpp"
#include "engine/runtime/doors/token_list.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace engine::doors
{
/// How a door is kept.
struct DoorRules
{
    bool everybody_has_a_name = false;   ///< Without it, who shows nothing may do everything.
    Role certificate_role = Role::read;  ///< Of who shows a certificate and no token.
    std::uint64_t rate_each = 0;         ///< Requests a second of one name; 0: any.
    std::uint64_t rate_all = 0;          ///< Of all together that were let in; 0: any.
};

/// One request that was refused, for whoever writes it down. Holds no secret.
struct DoorRefusal
{
    std::string code;  ///< `unauthorized`, `role-too-low` or `too-many-requests`.
    std::string name;  ///< Empty: it has shown none that is known.
    std::string address;
    std::string path;  ///< The route's, empty when there is none.
};

/// Decides over every request: who asks, whether they may, and whether not too often. Its answers
/// are problems with the codes `token-missing`, `token-unknown`, `token-expired` (401),
/// `role-too-low` (403) and `too-many-requests` (429).
///
/// A stranger uses up nothing of what those who are known may ask.
class Doorkeeper
{
    const Clock& m_clock;
    DoorRules m_rules;
    std::function<std::shared_ptr<const TokenList>()> m_tokens;
    std::function<void(const DoorRefusal&)> m_on_refusal;
    Bucket m_all;
    std::map<std::string, Bucket> m_each;  ///< By name, of those who are known.

public:
    /// `tokens` gives the list in force, or null when there is none that can be read: then no token
    /// is good. All calls come from one thread.
    Doorkeeper(const Clock& clock, DoorRules rules,
        std::function<std::shared_ptr<const TokenList>()> tokens,
        std::function<void(const DoorRefusal&)> on_refusal = nullptr);

    /// An HttpGuard.
    std::optional<HttpResponse> operator()(const HttpCall& call);

private:
    struct Caller
    {
        std::string name;  ///< Empty: nobody in particular.
        Role role = Role::operate;
    };
    Result<Caller, HttpResponse> identify(const HttpCall& call);
    Result<Caller, HttpResponse> by_token(std::string_view authorization);
    std::optional<HttpResponse> too_often(const Caller& caller);
    Bucket& bucket_of(const std::string& name, std::int64_t now_ms);
    std::optional<HttpResponse> decide(const HttpCall& call, DoorRefusal& refusal);
};
}  // namespace engine::doors

#include "adapters/ledger/executor.hpp"

#include "engine/base/hex.hpp"

#include <utility>

namespace engine::ledger
{
namespace
{
/// A put that had no answer may have been booked: it is looked up, not sent again unseen.
http::ClientLimits without_repeats(http::ClientLimits limits)
{
    limits.repeat_changes = false;
    return limits;
}

std::string name_of(const OpenEffect& effect)
{
    return "effect " + to_hex(effect.id.bytes);
}

HttpRequest request_for(const OpenEffect& effect, std::string method)
{
    HttpRequest request;
    request.method = std::move(method);
    request.path = "/v1/entries/" + to_hex(effect.id.bytes);
    return request;
}

EffectError unreachable(const OpenEffect& effect, const http::ClientError& error)
{
    return {"ledger_unreachable", "cannot reach the ledger for " + name_of(effect), error.what,
        "Start the ledger, or correct its address.", true};
}

EffectError stranger(const OpenEffect& effect, const HttpResponse& response)
{
    return {"ledger_stranger", "something that is no ledger answers for " + name_of(effect),
        "status " + std::to_string(response.status) + " without the field Ledger",
        "Correct the ledger's address, or see to the proxy in front of it; the effect is tried "
        "again.",
        true};
}

/// Something is booked under the effect's id: it must never count as refused, so it is looked at
/// again until somebody has settled it.
EffectError conflict(const OpenEffect& effect)
{
    return {"ledger_conflict", "the ledger has other bytes for " + name_of(effect),
        "an entry with this id exists and differs from the bytes that were recorded",
        "Compare the entry with the effect: somebody else writes to this ledger, or the log was "
        "replaced. The effect stays taken and is looked up again until this is settled by hand.",
        true};
}

std::string answer_of(const HttpResponse& response)
{
    return "it answered " + std::to_string(response.status) + " " + response.body.substr(0, 200);
}

/// A look-up that says neither yes nor no proves nothing, whatever its status.
EffectError not_told(const OpenEffect& effect, const HttpResponse& response)
{
    return {"ledger_untold", "the ledger doesn't say whether it has " + name_of(effect),
        answer_of(response),
        "Find out from the ledger's operator why; the effect stays taken and is looked up again.",
        true};
}

EffectError not_booked(const OpenEffect& effect, const HttpResponse& response)
{
    const auto why = answer_of(response);
    if (response.status >= 400 && response.status < 500 && response.status != 408 &&
        response.status != 429)
    {
        return {"ledger_refused", "the ledger refuses " + name_of(effect), why,
            "Find out from the ledger's operator why, then let the effect be tried again.", false};
    }
    return {"ledger_broken", "the ledger did not book " + name_of(effect), why,
        "See the ledger's own log; the effect is tried again.", true};
}
}  // namespace

LedgerExecutor::LedgerExecutor(http::Endpoint endpoint, http::ClientLimits limits)
  : m_client{std::move(endpoint), without_repeats(limits)}
{}

Result<Bytes, EffectError> LedgerExecutor::prepare(const OpenEffect& effect)
{
    return effect.payload;
}

Result<HttpResponse, EffectError> LedgerExecutor::ask(
    const OpenEffect& effect, const HttpRequest& request)
{
    auto response = m_client.send(request);
    if (!response)
        return Failure{unreachable(effect, response.error())};
    if (!find_field(response->headers, "Ledger"))
        return Failure{stranger(effect, *response)};
    return *std::move(response);
}

Result<ExecuteAnswer, EffectError> LedgerExecutor::execute(const OpenEffect& effect, ByteView bytes)
{
    auto request = request_for(effect, "PUT");
    request.headers = {{"Content-Type", "application/octet-stream"}};
    request.body.assign(bytes.begin(), bytes.end());
    const auto response = ask(effect, request);
    if (!response)
        return Failure{response.error()};
    if (response->status == 200 || response->status == 201)
        return ExecuteAnswer::settled;
    return Failure{response->status == 409 ? conflict(effect) : not_booked(effect, *response)};
}

Result<LookUpAnswer, EffectError> LedgerExecutor::look_up(const OpenEffect& effect, ByteView bytes)
{
    const auto response = ask(effect, request_for(effect, "GET"));
    if (!response)
        return Failure{response.error()};
    if (response->status == 404)
        return LookUpAnswer::absent;
    if (response->status != 200)
        return Failure{not_told(effect, *response)};
    const Bytes found{response->body.begin(), response->body.end()};
    if (!equal(found, bytes))
        return Failure{conflict(effect)};
    return LookUpAnswer::settled;
}
}  // namespace engine::ledger

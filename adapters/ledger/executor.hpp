#pragma once

#include "adapters/http/client.hpp"
#include "engine/ports/effects.hpp"

namespace engine::ledger
{
/// Books effects on an outside ledger over HTTP, under their ids:
///
///     PUT /v1/entries/<id>   body: the exact bytes    201 booked, 200 had it, 409 has other bytes
///     GET /v1/entries/<id>                            200 and the bytes, 404 has nothing
///
/// A put may be repeated: the ledger books an id once. A put without an answer is a failure all the
/// same, and never sent again by itself: who called looks it up first. Every answer of a ledger has
/// a field `Ledger`; one without it comes from a stranger at its address or in between, and is
/// believed in nothing. A look-up that is answered with anything but 200 or 404 tells nothing, and
/// other bytes under an effect's id are something that is booked: both are tried again. Only a put
/// that the ledger refuses is an error that time doesn't mend. Error codes: `ledger_unreachable`,
/// `ledger_stranger`, `ledger_conflict`, `ledger_untold`, `ledger_refused`, `ledger_broken`.
class LedgerExecutor final : public EffectExecutor
{
    http::HttpClient m_client;

    Result<HttpResponse, EffectError> ask(const OpenEffect& effect, const HttpRequest& request);

public:
    explicit LedgerExecutor(http::Endpoint endpoint, http::ClientLimits limits = {});

    /// The payload is what the ledger gets: nothing is added that could differ from run to run.
    Result<Bytes, EffectError> prepare(const OpenEffect& effect) override;
    Result<ExecuteAnswer, EffectError> execute(const OpenEffect& effect, ByteView bytes) override;
    Result<LookUpAnswer, EffectError> look_up(const OpenEffect& effect, ByteView bytes) override;
    void interrupt() override { m_client.interrupt(); }
};
}  // namespace engine::ledger

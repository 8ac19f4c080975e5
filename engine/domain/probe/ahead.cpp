#include "engine/domain/probe/ahead.hpp"

#include "engine/core/read.hpp"
#include "engine/domain/probe/attestation.hpp"
#include "engine/domain/probe/state.hpp"

namespace engine::probe
{
void claims(const StateView& state, const Attested& event, ClaimList& out)
{
    if (const auto attester = find(state, kAttesters, event.account))
        out.add(SignedBy{attester->key, attestation_message(event), event.signature});
}

void touches(const Probed& event, RowList& out)
{
    out.add(kAccounts, event.account);
    out.add(kSeenIds, event.id);
}

void touches(const Attested& event, RowList& out)
{
    out.add(kAttesters, event.account);
    out.add(kAccounts, event.account);
    out.add(kSeenIds, event.id);
}
}  // namespace engine::probe

#include "engine/domain/probe/codec.hpp"

#include "engine/codec/reading.hpp"
#include "engine/codec/writing.hpp"

namespace engine::probe
{
namespace
{
Probed read(wire::Probed::Reader in)
{
    return {reading::fixed<Hash256>(in.getId(), "id"), in.getAccount(), in.getAmount()};
}

AttesterSet read(wire::AttesterSet::Reader in)
{
    return {in.getAccount(), reading::fixed<PublicKey>(in.getKey(), "key")};
}

Attested read(wire::Attested::Reader in)
{
    return {reading::fixed<Hash256>(in.getId(), "id"), in.getAccount(), in.getAmount(),
        reading::fixed<Signature>(in.getSignature(), "signature")};
}

void write(wire::ProbeEvent::Builder out, const Probed& event)
{
    auto probed = out.initProbed();
    probed.setId(writing::data(event.id));
    probed.setAccount(event.account);
    probed.setAmount(event.amount);
}

void write(wire::ProbeEvent::Builder out, const AttesterSet& event)
{
    auto set = out.initAttesterSet();
    set.setAccount(event.account);
    set.setKey(writing::data(event.key));
}

void write(wire::ProbeEvent::Builder out, const Attested& event)
{
    auto attested = out.initAttested();
    attested.setId(writing::data(event.id));
    attested.setAccount(event.account);
    attested.setAmount(event.amount);
    attested.setSignature(writing::data(event.signature));
}
}  // namespace

Event decode(wire::ProbeEvent::Reader in)
{
    switch (in.which())
    {
        case wire::ProbeEvent::UNSET:
            break;
        case wire::ProbeEvent::PROBED:
            reading::required(in.hasProbed(), "probed");
            return read(in.getProbed());
        case wire::ProbeEvent::ATTESTER_SET:
            reading::required(in.hasAttesterSet(), "attesterSet");
            return read(in.getAttesterSet());
        case wire::ProbeEvent::ATTESTED:
            reading::required(in.hasAttested(), "attested");
            return read(in.getAttested());
    }
    throw wire_error{"no event that this engine knows"};
}

void encode(wire::ProbeEvent::Builder out, const Event& event)
{
    std::visit([&](const auto& e) { write(out, e); }, event);
}

Genesis decode_genesis(wire::ProbeGenesis::Reader in)
{
    return {in.getEnabled()};
}

void encode_genesis(wire::ProbeGenesis::Builder out, const Genesis& genesis)
{
    out.setEnabled(genesis.enabled);
}
}  // namespace engine::probe

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

void write(wire::ProbeEvent::Builder out, const Probed& event)
{
    auto probed = out.initProbed();
    probed.setId(writing::data(event.id));
    probed.setAccount(event.account);
    probed.setAmount(event.amount);
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

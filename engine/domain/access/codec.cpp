#include "engine/domain/access/codec.hpp"

#include "engine/codec/limits.hpp"
#include "engine/codec/reading.hpp"
#include "engine/codec/writing.hpp"

namespace engine::access
{
namespace
{
static_assert(
    static_cast<int>(wire::SourceProof::BITCOIN) == static_cast<int>(SourceProof::bitcoin));
static_assert(static_cast<int>(wire::SourceProof::KEY) == static_cast<int>(SourceProof::key));
static_assert(static_cast<int>(wire::SourceProof::NONE) == static_cast<int>(SourceProof::none));

constexpr std::size_t kMaxNameBytes = 64;

SourceDeclaration read(wire::SourceDeclaration::Reader in)
{
    return {
        .id = SourceId{in.getId()},
        .name = reading::text(in.getName(), kMaxNameBytes, "source.name"),
        .proof = reading::declared<SourceProof>(in.getProof(), "source.proof"),
        .key = reading::fixed_or_zero<PublicKey>(in.getKey(), "source.key"),
        .events_per_second = in.getEventsPerSecond(),
        .bytes_per_second = in.getBytesPerSecond(),
    };
}

void write(wire::SourceDeclaration::Builder out, const SourceDeclaration& source)
{
    using Out = wire::SourceDeclaration::Builder;
    out.setId(source.id.value);
    writing::text(out, &Out::setName, source.name);
    out.setProof(static_cast<wire::SourceProof>(source.proof));
    writing::fixed_or_zero(out, &Out::setKey, source.key);
    out.setEventsPerSecond(source.events_per_second);
    out.setBytesPerSecond(source.bytes_per_second);
}

RulesActivation read(wire::RulesActivation::Reader in)
{
    return {RulesVersion{in.getVersion()}, LogHeight{in.getHeight()}};
}

void write(wire::RulesActivation::Builder out, const RulesActivation& activation)
{
    out.setVersion(activation.version.value);
    out.setHeight(activation.height.value);
}

void write(wire::AccessEvent::Builder out, const SourceDeclared& event)
{
    write(out.initSourceDeclared(), event.source);
}

void write(wire::AccessEvent::Builder out, const OperatorAdded& event)
{
    out.setOperatorAdded(writing::data(event.key));
}

void write(wire::AccessEvent::Builder out, const OperatorRemoved& event)
{
    out.setOperatorRemoved(writing::data(event.key));
}

void write(wire::AccessEvent::Builder out, const ClockJumpAllowed& event)
{
    out.setClockJumpAllowed(event.until.value);
}

void write(wire::AccessEvent::Builder out, const RulesScheduled& event)
{
    write(out.initRulesScheduled(), event.activation);
}

template <typename T, typename List>
std::vector<T> read_list(List in, const char* member)
{
    std::vector<T> out;
    for (const auto item : reading::list_at_most(in, kMaxGenesisItems, member))
        out.push_back(read(item));
    return out;
}

template <typename List, typename T>
void write_list(List out, const std::vector<T>& items)
{
    for (unsigned int i = 0; i < out.size(); ++i)
        write(out[i], items[i]);
}

template <typename T>
unsigned int count(const std::vector<T>& items)
{
    return static_cast<unsigned int>(items.size());
}
}  // namespace

Event decode(wire::AccessEvent::Reader in)
{
    switch (in.which())
    {
        case wire::AccessEvent::UNSET:
            break;
        case wire::AccessEvent::SOURCE_DECLARED:
            reading::required(in.hasSourceDeclared(), "source");
            return SourceDeclared{read(in.getSourceDeclared())};
        case wire::AccessEvent::OPERATOR_ADDED:
            return OperatorAdded{reading::fixed<PublicKey>(in.getOperatorAdded(), "key")};
        case wire::AccessEvent::OPERATOR_REMOVED:
            return OperatorRemoved{reading::fixed<PublicKey>(in.getOperatorRemoved(), "key")};
        case wire::AccessEvent::CLOCK_JUMP_ALLOWED:
            return ClockJumpAllowed{LogTime{in.getClockJumpAllowed()}};
        case wire::AccessEvent::RULES_SCHEDULED:
            reading::required(in.hasRulesScheduled(), "activation");
            return RulesScheduled{read(in.getRulesScheduled())};
    }
    throw wire_error{"no event that this engine knows"};
}

void encode(wire::AccessEvent::Builder out, const Event& event)
{
    std::visit([&](const auto& e) { write(out, e); }, event);
}

Genesis decode_genesis(wire::AccessGenesis::Reader in)
{
    return {
        .sequencer = reading::fixed<PublicKey>(in.getSequencer(), "sequencer"),
        .operators =
            reading::fixed_list<PublicKey>(in.getOperators(), kMaxGenesisItems, "operators"),
        .sources = read_list<SourceDeclaration>(in.getSources(), "sources"),
        .rules = read_list<RulesActivation>(in.getRules(), "rules"),
        .clock_jump_max_ms = in.getClockJumpMaxMs(),
    };
}

void encode_genesis(wire::AccessGenesis::Builder out, const Genesis& genesis)
{
    using Out = wire::AccessGenesis::Builder;
    out.setSequencer(writing::data(genesis.sequencer));
    writing::fixed_list(out, &Out::initOperators, genesis.operators);
    if (!genesis.sources.empty())
        write_list(out.initSources(count(genesis.sources)), genesis.sources);
    if (!genesis.rules.empty())
        write_list(out.initRules(count(genesis.rules)), genesis.rules);
    out.setClockJumpMaxMs(genesis.clock_jump_max_ms);
}
}  // namespace engine::access

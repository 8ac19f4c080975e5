#include "engine/codec/codec.hpp"

#include "engine/codec/canonical.hpp"
#include "engine/codec/difference.hpp"
#include "engine/codec/limits.hpp"
#include "engine/codec/reading.hpp"
#include "engine/codec/room_builder.hpp"
#include "engine/codec/writing.hpp"
#include "engine/domain/access/codec.hpp"
#include "engine/domain/bitcoin/codec.hpp"
#include "engine/domain/outbox/codec.hpp"
#include "engine/domain/peg/codec.hpp"
#include "engine/domain/probe/codec.hpp"
#include "engine/hash/sha256.hpp"
#include "schema/event.capnp.h"

#include <capnp/message.h>
#include <kj/exception.h>

namespace engine
{
namespace
{
using Words = kj::ArrayPtr<const capnp::word>;

constexpr std::size_t kWord = sizeof(capnp::word);

// Writing.

void write(wire::Event::Author::Builder out, EngineAuthor, bool)
{
    out.setEngine();
}

void write(wire::Event::Author::Builder out, const Authorization& author, bool with_signature)
{
    auto command = out.initCommand();
    command.setKey(writing::data(author.key));
    command.setSequence(author.sequence);
    command.setExpiry(author.expiry.value);
    if (with_signature)
        writing::fixed_or_zero(command, &wire::Command::Builder::setSignature, author.signature);
}

void write(wire::Event::Author::Builder out, const Origin& author, bool with_signature)
{
    using Out = wire::Observation::Builder;
    auto observation = out.initObservation();
    observation.setSource(author.source.value);
    observation.setPosition(author.position);
    writing::fixed_or_zero(observation, &Out::setKey, author.key);
    if (with_signature)
        writing::fixed_or_zero(observation, &Out::setSignature, author.signature);
}

void write(wire::Event::Body::Builder out, const Genesis& genesis)
{
    auto wire = out.initGenesis();
    wire.setRandom(writing::data(genesis.random));
    wire.setTime(genesis.time.value);
    access::encode_genesis(wire.initAccess(), std::get<access::Genesis>(genesis.modules));
    bitcoin::encode_genesis(wire.initBitcoin(), std::get<bitcoin::Genesis>(genesis.modules));
    peg::encode_genesis(wire.initPeg(), std::get<peg::Genesis>(genesis.modules));
    probe::encode_genesis(wire.initProbe(), std::get<probe::Genesis>(genesis.modules));
}

void write(wire::Event::Body::Builder out, BlockOpened)
{
    out.setBlockOpened();
}

void write(wire::Event::Body::Builder out, const access::Event& event)
{
    access::encode(out.initAccess(), event);
}

void write(wire::Event::Body::Builder out, const bitcoin::Event& event)
{
    bitcoin::encode(out.initBitcoin(), event);
}

void write(wire::Event::Body::Builder out, const outbox::Event& event)
{
    outbox::encode(out.initOutbox(), event);
}

void write(wire::Event::Body::Builder out, const peg::Event& event)
{
    peg::encode(out.initPeg(), event);
}

void write(wire::Event::Body::Builder out, const probe::Event& event)
{
    probe::encode(out.initProbe(), event);
}

void build(capnp::MessageBuilder& message, const Event& event, bool with_signature)
{
    auto root = message.initRoot<wire::Event>();
    std::visit([&](const auto& a) { write(root.getAuthor(), a, with_signature); }, event.author);
    std::visit([&](const auto& b) { write(root.getBody(), b); }, event.body);
}

// Reading.

Authorization read(wire::Command::Reader in)
{
    return {
        .key = reading::fixed<PublicKey>(in.getKey(), "key"),
        .sequence = in.getSequence(),
        .expiry = LogTime{in.getExpiry()},
        .signature = reading::fixed_or_zero<Signature>(in.getSignature(), "signature"),
    };
}

Origin read(wire::Observation::Reader in)
{
    return {
        .source = access::SourceId{in.getSource()},
        .position = in.getPosition(),
        .key = reading::fixed_or_zero<PublicKey>(in.getKey(), "key"),
        .signature = reading::fixed_or_zero<Signature>(in.getSignature(), "signature"),
    };
}

/// Names the part of the event in which something was wrong.
template <typename F>
auto within(const char* part, F&& read_part)
try
{
    return read_part();
}
catch (const wire_error& e)
{
    throw wire_error{std::string{part} + "." + e.what()};
}

Genesis read(wire::Genesis::Reader in)
{
    reading::required(in.hasAccess(), "access");
    reading::required(in.hasBitcoin(), "bitcoin");
    reading::required(in.hasPeg(), "peg");
    reading::required(in.hasProbe(), "probe");
    Genesis out;
    out.random = reading::fixed<Hash256>(in.getRandom(), "random");
    out.time = LogTime{in.getTime()};
    std::get<access::Genesis>(out.modules) =
        within("access", [&] { return access::decode_genesis(in.getAccess()); });
    std::get<bitcoin::Genesis>(out.modules) =
        within("bitcoin", [&] { return bitcoin::decode_genesis(in.getBitcoin()); });
    std::get<peg::Genesis>(out.modules) =
        within("peg", [&] { return peg::decode_genesis(in.getPeg()); });
    std::get<probe::Genesis>(out.modules) =
        within("probe", [&] { return probe::decode_genesis(in.getProbe()); });
    return out;
}

Author read(wire::Event::Author::Reader in)
{
    switch (in.which())
    {
        case wire::Event::Author::UNSET:
            break;
        case wire::Event::Author::ENGINE:
            return EngineAuthor{};
        case wire::Event::Author::COMMAND:
            reading::required(in.hasCommand(), "command");
            return within("command", [&] { return read(in.getCommand()); });
        case wire::Event::Author::OBSERVATION:
            reading::required(in.hasObservation(), "observation");
            return within("observation", [&] { return read(in.getObservation()); });
    }
    throw wire_error{"author: none that this engine knows"};
}

Body read(wire::Event::Body::Reader in)
{
    switch (in.which())
    {
        case wire::Event::Body::UNSET:
            break;
        case wire::Event::Body::GENESIS:
            reading::required(in.hasGenesis(), "genesis");
            return within("genesis", [&] { return read(in.getGenesis()); });
        case wire::Event::Body::BLOCK_OPENED:
            return BlockOpened{};
        case wire::Event::Body::ACCESS:
            return within("access", [&] { return access::decode(in.getAccess()); });
        case wire::Event::Body::BITCOIN:
            return within("bitcoin", [&] { return bitcoin::decode(in.getBitcoin()); });
        case wire::Event::Body::OUTBOX:
            return within("outbox", [&] { return outbox::decode(in.getOutbox()); });
        case wire::Event::Body::PEG:
            return within("peg", [&] { return peg::decode(in.getPeg()); });
        case wire::Event::Body::PROBE:
            return within("probe", [&] { return probe::decode(in.getProbe()); });
    }
    throw wire_error{"body: none that this engine knows"};
}

std::size_t max_bytes(wire::Event::Body::Reader body)
{
    const bool carries_transaction =
        body.isBitcoin() && body.getBitcoin().which() == wire::BitcoinEvent::TRANSACTION_SEEN;
    return carries_transaction ? kMaxTransactionEventBytes : kMaxEventBytes;
}

/// Throws on what no event can be, whatever its kind.
void check_size(ByteView bytes)
{
    if (bytes.empty())
        throw wire_error{"event: empty"};
    if (bytes.size() % kWord != 0)
        reading::fail("event", reading::number(bytes.size()) + " bytes, not whole words of 8");
    reading::at_most(bytes.size(), kMaxTransactionEventBytes, "bytes", "event");
}

/// Twice over is more than enough, since nothing is read twice. An item of a list without data
/// counts as a word of it.
constexpr std::size_t kMinTraversal = 4 * kMaxGenesisItems;

Event read(Words words)
{
    const kj::ArrayPtr<const capnp::word> segments[1] = {words};
    capnp::SegmentArrayMessageReader message{kj::arrayPtr(segments, 1),
        {.traversalLimitInWords = kMinTraversal + 2 * words.size(), .nestingLimit = kMaxNesting}};
    const auto event = message.getRoot<wire::Event>();
    reading::at_most(words.size() * kWord, max_bytes(event.getBody()), "bytes", "event");
    return {read(event.getAuthor()), read(event.getBody())};
}

/// The bytes as words; a copy of them where they don't begin at a word.
Words aligned(ByteView bytes, WordBuffer& copy)
{
    const void* begin = bytes.data();
    if (reinterpret_cast<std::uintptr_t>(begin) % alignof(std::uint64_t) != 0)
        begin = copy.copy(bytes).data();
    return {static_cast<const capnp::word*>(begin), bytes.size() / kWord};
}
ByteView as_bytes(std::span<const std::uint64_t> words)
{
    return {reinterpret_cast<const std::uint8_t*>(words.data()), words.size_bytes()};
}
}  // namespace

/// Builds the message in one segment, in a larger room if the first was too small, then copies it
/// in canonical form. The builder leaves zeros behind, and needs them the next time.
ByteView EventEncoder::write(const Event& event, Signatures signatures)
{
    for (auto room = m_message.room();;)
    {
        RoomBuilder message{room};
        build(message, event, signatures == Signatures::written);
        const auto built = message.built();
        if (built.fits)
            return as_bytes(canonical_copy(room.first(built.words), m_canonical.room(built.words)));
        room = m_message.room(built.words);
    }
}

ByteView EventEncoder::encode(const Event& event)
{
    return write(event, Signatures::written);
}

ByteView EventEncoder::signing_bytes(const Event& event)
{
    return write(event, Signatures::left_out);
}

Result<Event, Invalid> EventDecoder::decode(ByteView canonical)
{
    auto event = decode_vouched(canonical);
    if (!event)
        return event;
    const auto expected = m_encoder.encode(*event);
    if (!equal(expected, canonical))
        return Failure{Invalid{"event: not canonical: " + difference(expected, canonical)}};
    return event;
}

Result<Event, Invalid> EventDecoder::decode_vouched(ByteView canonical)
try
{
    check_size(canonical);
    return read(aligned(canonical, m_aligned));
}
catch (const wire_error& e)
{
    return Failure{Invalid{e.what()}};
}
catch (const kj::Exception& e)
{
    return Failure{Invalid{std::string{"event: "} + e.getDescription().cStr()}};
}

Bytes encode_event(const Event& event)
{
    EventEncoder encoder;
    const auto bytes = encoder.encode(event);
    return {bytes.begin(), bytes.end()};
}

Bytes signing_bytes(const Event& event)
{
    EventEncoder encoder;
    const auto bytes = encoder.signing_bytes(event);
    return {bytes.begin(), bytes.end()};
}

Result<Event, Invalid> decode_event(ByteView canonical)
{
    EventDecoder decoder;
    return decoder.decode(canonical);
}

EventHash event_hash(ByteView canonical)
{
    constexpr std::array<std::uint8_t, 1> kLeaf{0x00};
    return {Sha256{}.update(kLeaf).update(canonical).finish().bytes};
}
}  // namespace engine

#pragma once

#include "engine/bitcoin/network.hpp"
#include "engine/codec/codec.hpp"
#include "engine/codec/validate.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/runtime/create_log.hpp"
#include "engine/runtime/node.hpp"
#include "tests/sim/clock.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/executor.hpp"
#include "tests/sim/random.hpp"

#include <memory>
#include <stdexcept>

namespace engine::test
{
/// A key that is no secret: 32 bytes of one number.
inline SecretKey key_of(std::uint8_t number)
{
    return *SecretKey::from(Bytes(32, number));
}

inline constexpr std::uint8_t kSequencerKey = 5;
inline constexpr std::uint8_t kOperatorKey = 7;
inline constexpr access::SourceId kBitcoinSource{1};
inline constexpr access::SourceId kTrustedSource{2};

/// A wallet that nobody has: a taproot output of a made-up key.
inline Bytes wallet_script()
{
    Bytes script{0x51, 0x20};
    const auto key = public_key(key_of(11));
    append(script, key.bytes);
    return script;
}

/// A regtest genesis with one operator, a Bitcoin source, a source taken on trust, and probes.
inline Genesis regtest_genesis(LogTime time)
{
    Genesis genesis;
    genesis.random = Hash256{{1, 2, 3}};
    genesis.time = time;
    auto& access = std::get<access::Genesis>(genesis.modules);
    access.sequencer = public_key(key_of(kSequencerKey));
    access.operators = {public_key(key_of(kOperatorKey))};
    access.sources = {
        {kBitcoinSource, "bitcoin", access::SourceProof::bitcoin, {}, UINT32_MAX, UINT32_MAX},
        {kTrustedSource, "load", access::SourceProof::none, {}, UINT32_MAX, UINT32_MAX}};
    access.rules = {{RulesVersion{1}, LogHeight{0}}};

    auto& chain = std::get<bitcoin::Genesis>(genesis.modules);
    const auto& network = btc::parameters(btc::Network::regtest);
    chain.network = bitcoin::Network::regtest;
    chain.anchor.header.bytes = btc::encode(network.genesis).bytes;
    chain.anchor.work.bytes[31] = 2;
    chain.anchor.period_start = ChainTime{network.genesis.time};
    chain.anchor.period_bits = network.genesis.bits;
    chain.anchor.last_times = {ChainTime{network.genesis.time}};
    chain.window = 12;

    auto& peg = std::get<peg::Genesis>(genesis.modules);
    peg.wallet_script = wallet_script();
    peg.confirmations = 3;
    peg.minimum = *Sats::from(1'000);
    std::get<probe::Genesis>(genesis.modules).enabled = true;
    return genesis;
}

/// An operator's command, signed.
inline Bytes command(const GenesisId& genesis, Body body, std::uint64_t sequence, LogTime now,
    std::uint8_t key = kOperatorKey)
{
    Event event;
    event.author =
        Authorization{public_key(key_of(key)), sequence, LogTime{now.value + 60'000}, {}};
    event.body = std::move(body);
    const auto message = command_message(genesis, event);
    std::get<Authorization>(event.author).signature = schnorr_sign(key_of(key), message.bytes, {});
    return encode_event(event);
}

/// An observation of the source that is taken on trust.
inline Bytes observation(Body body, std::uint64_t position)
{
    Event event;
    event.author = Origin{kTrustedSource, position, {}, {}};
    event.body = std::move(body);
    return encode_event(event);
}

inline Body probe_of(std::uint64_t number, std::uint64_t amount = 1)
{
    probe::Probed probed;
    for (std::size_t i = 0; i < 8; ++i)
        probed.id.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    probed.account = number % 17;
    probed.amount = amount;
    return probe::Event{probed};
}

/// A whole node on a simulated machine: disk, clock, lanes and randomness come from one seed.
struct World
{
    std::uint64_t seed;
    sim::SimClock clock;
    sim::SimDisk disk;
    sim::SimRandom random;
    std::unique_ptr<sim::SimExecutor> executor;
    std::unique_ptr<Node> node;
    NodeOptions options;
    GenesisId genesis_id;
    std::optional<std::string> failure;

    explicit World(std::uint64_t s = 1) : seed{s}, disk{s}, random{s + 1}
    {
        options.directory = "/data";
        options.holder = "test";
        options.segment_bytes = 1 << 20;
        options.store.deterministic = true;
        options.store.block_cache_bytes = 1 << 20;
        options.sequencer.flush_every_ms = 1'000;
        options.sequencer.flush_rows = 5'000;
        const auto made = create_log(
            disk, options.directory, regtest_genesis(clock.now()), "test", options.segment_bytes);
        if (!made)
            throw std::runtime_error{to_string(made.error())};
        genesis_id = *made;
    }

    /// Opens the node; the error if it can't be.
    std::optional<OperatorError> open()
    {
        failure.reset();
        executor = std::make_unique<sim::SimExecutor>(clock, random.next());
        auto opened = Node::open({disk, *executor, clock, random}, options, key_of(kSequencerKey));
        if (!opened)
            return opened.error();
        node = *std::move(opened);
        node->sequencer().on_failure([this](const std::string& why) { failure = why; });
        node->start();
        return std::nullopt;
    }

    void start()
    {
        if (const auto error = open())
            throw std::runtime_error{to_string(*error)};
    }

    /// The process ends between two instructions.
    void kill()
    {
        if (executor)
            executor->kill();
        node.reset();
        disk.kill();
    }

    /// The power fails.
    void crash()
    {
        if (executor)
            executor->kill();
        node.reset();
        disk.crash();
    }

    /// Submits and waits for the answers.
    std::vector<Receipt> submit(std::vector<Bytes> events, Door door)
    {
        std::optional<std::vector<Receipt>> receipts;
        node->sequencer().submit(
            {std::move(events), door, [&](std::vector<Receipt> r) { receipts = std::move(r); }});
        executor->run_until([&] { return receipts.has_value(); }, 60'000);
        return receipts.value_or(std::vector<Receipt>{});
    }

    Receipt submit_one(Bytes event, Door door)
    {
        const auto receipts = submit({std::move(event)}, door);
        return receipts.empty() ? Receipt{Receipt::Status::stopping, {}, {}, "no answer"}
                                : receipts.front();
    }

    void stop()
    {
        bool done = false;
        node->stop([&] { done = true; });
        executor->run_until([&] { return done; }, 60'000);
        if (!done)
            throw std::runtime_error{"the node doesn't stop"};
        kill();
    }

    SequencerStatus status() const { return node->sequencer().status(); }
};
}  // namespace engine::test

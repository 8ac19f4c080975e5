#pragma once

#include "engine/codec/codec.hpp"
#include "engine/codec/validate.hpp"
#include "engine/runtime/create_log.hpp"
#include "engine/runtime/node.hpp"
#include "tests/sim/clock.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/executor.hpp"
#include "tests/sim/random.hpp"
#include "tests/support/genesis.hpp"
#include "tests/support/keep_log.hpp"

#include <functional>
#include <memory>
#include <stdexcept>

namespace engine::test
{
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

    /// `change` may change the genesis that all these worlds have.
    explicit World(std::uint64_t s = 1, const std::function<void(Genesis&)>& change = nullptr)
      : seed{s}, disk{s}, random{s + 1}
    {
        auto genesis = regtest_genesis(clock.now());
        if (change)
            change(genesis);
        options.directory = "/data";
        options.holder = "test";
        options.segment_bytes = 1 << 20;
        options.store.deterministic = true;
        options.store.block_cache_bytes = 1 << 20;
        options.sequencer.flush_every_ms = 1'000;
        options.sequencer.flush_rows = 5'000;
        const auto made =
            create_log(disk, options.directory, genesis, "test", options.segment_bytes);
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
        keep_log(disk, options.directory);
    }

    SequencerStatus status() const { return node->sequencer().status(); }
};
}  // namespace engine::test

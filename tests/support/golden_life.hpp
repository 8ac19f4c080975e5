#pragma once

// Lives of a node whose logs are kept as golden logs. Each is one history: the same from one seed.

#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/peg/state.hpp"
#include "engine/domain/probe/attestation.hpp"
#include "tests/support/block_files.hpp"
#include "tests/support/world.hpp"

#include <array>

namespace engine::test
{
/// A node that is told of a chain and called by its operator.
class GoldenLife
{
    World m_world{1};
    btc::WatchList m_watch;
    std::uint64_t m_sequence = 0;

public:
    Chain chain;

    GoldenLife()
    {
        m_world.start();
        read([&](const StateView& state) { m_watch = bitcoin::watch_list(state); });
    }

    World& world() { return m_world; }
    const btc::WatchList& watch() const { return m_watch; }
    LogTime now() const { return m_world.clock.now(); }
    void run_for(std::int64_t ms) { m_world.executor->run_for(ms); }

    template <typename F>
    void read(F&& visit)
    {
        m_world.node->sequencer().read([&](const DurableView& view) { visit(view.state); });
        run_for(10);
    }

    Receipt call(Body body)
    {
        return m_world.submit_one(
            command(m_world.genesis_id, std::move(body), ++m_sequence, now()), Door::callers);
    }

    void observe(Body body, std::uint64_t position)
    {
        m_world.submit_one(observation(std::move(body), position), Door::sources);
    }

    /// What the engine itself says of an effect.
    void record(outbox::Event event)
    {
        m_world.submit_one(encode_event({EngineAuthor{}, std::move(event)}), Door::engine);
    }

    void tell(const bitcoin::Event& fact)
    {
        m_world.submit_one(
            encode_event({Origin{kBitcoinSource, 0, {}, {}}, Body{fact}}), Door::sources);
    }

    void tell(const BlockHash& block)
    {
        for (const auto& fact : facts_of(chain.at(block), m_watch))
            tell(fact);
        run_for(20);
    }

    /// Mines a block and tells of it.
    BlockHash add(const BlockHash& parent, std::vector<btc::Transaction> transactions = {})
    {
        const auto block = chain.mine(parent, std::move(transactions));
        tell(block);
        return block;
    }

    BlockHash add_empty(BlockHash tip, int blocks)
    {
        for (int i = 0; i < blocks; ++i)
            tip = add(tip);
        return tip;
    }

    /// The effect of a peg-in's mint, and the bytes that it asks for.
    std::pair<EffectId, Bytes> mint_of(const btc::Transaction& deposit)
    {
        std::pair<EffectId, Bytes> mint;
        read([&](const StateView& state) {
            mint.first = find(state, peg::kDeposits, OutPoint{btc::txid(deposit), 1})->effect;
            mint.second = find(state, outbox::kEffects, mint.first)->payload;
        });
        return mint;
    }

    std::vector<Bytes> end()
    {
        m_world.stop();
        return read_blocks(m_world.disk, "/data");
    }
};

/// A short life of every module: probes, an allow-list, peg-ins, a reorganisation, an effect.
inline std::vector<Bytes> life_of_every_module()
{
    GoldenLife life;
    for (std::uint64_t i = 0; i < 20; ++i)
        life.observe(probe_of(i, i), i);
    life.call(
        peg::Event{peg::RecipientAllowed{test_principal(1), LogTime{life.now().value + 5'000}}});
    const auto fork = life.add(life.chain.genesis(), {peg_in(coin(1), 50'000, test_principal(1))});
    life.add_empty(life.add(fork, {peg_in(coin(2), 60'000, test_principal(2))}), 3);
    life.add_empty(fork, 6);
    life.run_for(10'000);
    life.call(probe_of(100, 7));
    return life.end();
}

/// What becomes of deposits and their mints: ignored for each reason, the wallet's own money,
/// taken, failed, settled, a shortfall that is taken back; halts; attestations.
inline std::vector<Bytes> life_of_mints()
{
    GoldenLife life;
    const auto good = peg_in(coin(1), 50'000, test_principal(1));
    const auto lost = peg_in(coin(2), 60'000, test_principal(2));
    const auto rolled = peg_in({btc::txid(good), 1}, 40'000, test_principal(3));
    auto tip = life.add(
        life.chain.genesis(), {good, peg_in(coin(3), 70'000, test_principal(1), peg_wallet(), "T2"),
                                  peg_in(coin(4), 80'000, test_principal(1), script_of(9))});
    const auto fork = life.add(tip, {rolled});
    life.add_empty(life.add(fork, {lost}), 4);

    life.call(outbox::Event{outbox::HaltOrdered{}});
    life.call(outbox::Event{outbox::HaltRevoked{}});
    const auto [kept, kept_bytes] = life.mint_of(good);
    life.record(outbox::EffectTaken{kept, 1, kept_bytes});
    life.record(outbox::EffectFailed{kept, 1, "no answer", false});
    life.record(outbox::EffectTaken{kept, 2, kept_bytes});
    life.record(outbox::EffectSettled{kept, {1, 2, 3}});
    const auto [dropped, dropped_bytes] = life.mint_of(lost);
    life.record(outbox::EffectTaken{dropped, 1, dropped_bytes});
    life.add_empty(fork, 7);
    life.record(outbox::EffectFailed{dropped, 1, "refused", true});

    life.call(probe::Event{probe::AttesterSet{3, public_key(key_of(9))}});
    for (const auto key : std::array<std::uint8_t, 2>{9, 8})
    {
        probe::Attested attested{Hash256{{key}}, 3, 5, {}};
        attested.signature =
            schnorr_sign(key_of(key), probe::attestation_message(attested).bytes, {});
        life.observe(probe::Event{attested}, key == 9 ? 0 : 1);
    }
    life.run_for(1'000);
    return life.end();
}
}  // namespace engine::test

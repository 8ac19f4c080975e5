// Makes a log for the second opinion: a short and wild life of a whole node on a simulated machine.
//
//   random_life SEED STEPS FILE [HEADERS]
//
// Every kind of event comes in, by authors who may write it and by others; branches of the chain
// replace one another, some from below the window; transactions come before and after those that
// they depend on, in several blocks, in every form of a peg-in and in none. With HEADERS so many
// empty blocks come in the middle of it, so that the oldest are forgotten. What is refused leaves
// no trace: the log is what is left.

#include "engine/domain/bitcoin/queries.hpp"
#include "engine/domain/outbox/queries.hpp"
#include "engine/domain/probe/attestation.hpp"
#include "engine/sbtc/c32.hpp"
#include "tests/support/world.hpp"

#include <cstdio>

namespace engine::test
{
namespace
{
constexpr access::SourceId kSlowSource{3};
constexpr access::SourceId kSignedSource{4};
constexpr std::uint8_t kSourceKey = 20;

void change_genesis(Genesis& genesis, std::uint64_t seed)
{
    auto& access = std::get<access::Genesis>(genesis.modules);
    access.sources.push_back({kSlowSource, "slow", access::SourceProof::none, {}, 2, 400});
    access.rules.push_back({RulesVersion{2}, LogHeight{30 + seed % 50}});
    if (seed % 4 == 3)
        access.rules.pop_back();
    std::get<bitcoin::Genesis>(genesis.modules).window = static_cast<std::uint32_t>(2 + seed % 11);
    auto& peg = std::get<peg::Genesis>(genesis.modules);
    peg.confirmations = static_cast<std::uint32_t>(1 + seed % 5);
    peg.minimum = *Sats::from(2'000);
    peg.allow_list_only = seed % 3 == 0;
    if (seed % 13 == 12)
        peg.wallet_script.clear();
}

class Life
{
    World m_world;
    sim::SimRandom m_dice;
    Chain m_chain;
    btc::WatchList m_watch;
    std::vector<BlockHash> m_blocks{m_chain.genesis()};
    std::vector<btc::Transaction> m_transactions;
    std::vector<OutPoint> m_payments;  // Outputs to the wallet, on any branch.
    std::vector<bitcoin::Event> m_facts;
    std::uint64_t m_sequence = 0;
    std::uint64_t m_positions[5]{};
    std::uint32_t m_number = 0;

    std::uint8_t small(std::uint64_t bound)
    {
        return static_cast<std::uint8_t>(m_dice.below(bound));
    }
    template <typename T>
    const T& one_of(const std::vector<T>& list)
    {
        return list[m_dice.below(list.size())];
    }
    LogTime soon() { return LogTime{m_world.clock.now().value + std::int64_t{small(200)} * 50}; }

    template <typename Use>
    void read(Use use)
    {
        bool done = false;
        m_world.node->sequencer().read([&](const DurableView& view) {
            use(view.state);
            done = true;
        });
        m_world.executor->run_until([&] { return done; }, 10'000);
    }

    void tell(Event event, Door door) { m_world.submit_one(encode_event(event), door); }

    // Transactions.

    Bytes wild_data()
    {
        const auto who = test_principal(small(4));
        const auto text = sbtc::to_c32({who.version, who.hash});
        Bytes data = peg_in_data(who, one_of<std::string_view>({"id", "id", "id", "X2", "T2"}));
        if (m_dice.one_in(2))
            return data;
        data.resize(3);
        const auto name = [&] { return Bytes{'v', 'a', 'u', 'l', 't', '-', '1'}; };
        switch (small(7))
        {
            case 0:
                append(data, Bytes{text.begin(), text.end()});
                if (m_dice.one_in(2))
                    append(data, Bytes{'.', 'p', 'o', 'o', 'l', 0, 0});
                break;
            case 1:
                data.push_back(who.version);
                append(data, who.hash.bytes);
                break;
            case 2:
                data = peg_in_data(test_principal(small(4), "pool"));
                break;
            case 3:
                data.push_back(who.version);
                append(data, who.hash.bytes);
                data.push_back(7);
                append(data, name());
                break;
            case 4:
                data.push_back(who.version);
                append(data, who.hash.bytes);
                append(data, name());
                data.resize(data.size() + 33 + small(3));
                break;
            case 5:
                data.push_back(m_dice.one_in(2) ? 22 : 9);
                append(data, who.hash.bytes);
                break;
            default:
                data.push_back(5);
                break;
        }
        return data;
    }

    std::vector<OutPoint> wild_inputs()
    {
        std::vector<OutPoint> inputs{coin(m_dice.one_in(6) ? 1 + small(3) : ++m_number + 100)};
        if (!m_payments.empty() && m_dice.one_in(3))
            inputs.push_back(one_of(m_payments));
        if (!m_payments.empty() && m_dice.one_in(6))
            inputs = {one_of(m_payments)};
        return inputs;
    }

    btc::Transaction wild_transaction()
    {
        const auto sats = [&] { return *Sats::from(500 * std::uint64_t{small(12)}); };
        std::vector<btc::Output> outputs;
        if (!m_dice.one_in(4))
            outputs.push_back({Sats{}, data_script(wild_data())});
        if (!m_dice.one_in(5))
            outputs.push_back({sats(), m_dice.one_in(6) ? script_of(3) : peg_wallet()});
        if (outputs.empty() || m_dice.one_in(2))
            outputs.push_back({sats(), m_dice.one_in(3) ? peg_wallet() : script_of(1)});
        return spend(wild_inputs(), std::move(outputs));
    }

    btc::Transaction next_transaction()
    {
        if (!m_transactions.empty() && m_dice.one_in(3))
            return one_of(m_transactions);  // In another block, or twice.
        m_transactions.push_back(wild_transaction());
        const auto& made = m_transactions.back();
        for (std::uint32_t i = 0; i < made.outputs.size(); ++i)
        {
            if (made.outputs[i].script_pubkey == peg_wallet())
                m_payments.push_back({btc::txid(made), i});
        }
        return made;
    }

    // Facts of Bitcoin.

    void grow()
    {
        // Mostly from one of the newest; sometimes a long branch from far below.
        const auto depth = m_dice.one_in(12) ? m_dice.below(20) : m_dice.below(3);
        auto tip =
            m_blocks[m_blocks.size() - 1 - std::min<std::size_t>(depth, m_blocks.size() - 1)];
        const auto count = m_dice.one_in(5) ? 1 + small(7) : 1;
        for (int i = 0; i < count; ++i)
        {
            std::vector<btc::Transaction> transactions;
            while (m_dice.one_in(2) && transactions.size() < 4)
                transactions.push_back(next_transaction());
            tip = m_chain.mine(tip, std::move(transactions));
            m_blocks.push_back(tip);
            add_facts(tip);
        }
    }

    void add_facts(const BlockHash& block)
    {
        const auto& mined = m_chain.at(block);
        for (auto& fact : facts_of(mined, m_watch))
            m_facts.push_back(std::move(fact));
        if (m_dice.one_in(10))
            m_facts.push_back(transaction_seen(mined, small(mined.block.transactions.size())));
        if (m_dice.one_in(4))
            m_facts.insert(
                m_facts.end() - 1, bitcoin::BlockScanned{block, 1 + std::uint32_t{small(6)}});
        if (m_dice.one_in(6))
            m_facts.push_back(bad_header(mined));
    }

    bitcoin::Event bad_header(const MinedBlock& parent)
    {
        auto header = parent.block.header;
        header.previous = parent.hash;
        header.time.value += 600;
        switch (small(4))
        {
            case 0:
                header.version = 1;
                break;
            case 1:
                header.bits = 0x1f7fffff;
                break;
            case 2:
                header.time = ChainTime{1'296'688'602};
                break;
            default:
                header.time = ChainTime{4'000'000'000};
                break;
        }
        mine(header);
        return bitcoin::HeaderSeen{raw(header)};
    }

    void tell_facts()
    {
        for (int i = 0; i < 6; ++i)
        {
            if (m_facts.empty())
                grow();
            const auto place = m_dice.one_in(4) ? m_dice.below(m_facts.size()) : 0;
            const auto fact = m_facts[place];
            if (!m_dice.one_in(10))
                m_facts.erase(m_facts.begin() + static_cast<std::ptrdiff_t>(place));
            const auto receipt = m_world.submit_one(
                encode_event({Origin{kBitcoinSource, 0, {}, {}}, Body{fact}}), Door::sources);
            if (receipt.status == Receipt::Status::gap)
                m_facts.push_back(fact);
        }
    }

    // Commands, and what sources say.

    Body wild_command()
    {
        const auto key = public_key(key_of(static_cast<std::uint8_t>(kOperatorKey + small(4))));
        switch (small(14))
        {
            case 0:
                return access::Event{access::OperatorAdded{key}};
            case 1:
                return access::Event{access::OperatorRemoved{key}};
            case 2:
                return access::Event{access::ClockJumpAllowed{soon()}};
            case 3:
                return access::Event{access::RulesScheduled{
                    {RulesVersion{2}, LogHeight{m_world.status().height.value + small(9)}}}};
            case 4:
                return access::Event{access::SourceDeclared{{kSignedSource, "signed",
                    access::SourceProof::key, public_key(key_of(kSourceKey)), 50, 50'000}}};
            case 5:
            case 6:
            case 7:
                return peg::Event{peg::RecipientAllowed{
                    test_principal(small(4)), m_dice.one_in(3) ? LogTime{} : soon()}};
            case 8:
                return peg::Event{peg::RecipientRemoved{test_principal(small(4))}};
            case 9:
                return m_dice.one_in(2) ? Body{outbox::Event{outbox::HaltLifted{}}}
                                        : Body{outbox::Event{outbox::HaltOrdered{}}};
            case 10:
                return outbox::Event{outbox::HaltRevoked{}};
            case 11:
                return outbox::Event{
                    outbox::EffectRetried{one_of(effects(outbox::EffectState::parked))}};
            case 12:
                return probe::Event{probe::AttesterSet{
                    small(4), public_key(key_of(static_cast<std::uint8_t>(30 + small(2))))}};
            default:
                return wild_probe();
        }
    }

    Body wild_probe()
    {
        const auto number = m_dice.below(400);
        const auto amount = m_dice.one_in(20) ? UINT64_MAX - number : number * 3;
        if (m_dice.one_in(2))
            return probe_of(number, amount);
        probe::Attested attested;
        attested.id.bytes[0] = small(200);
        attested.account = small(4);
        attested.amount = amount;
        attested.signature = schnorr_sign(key_of(static_cast<std::uint8_t>(30 + small(2))),
            probe::attestation_message(attested).bytes, {});
        return probe::Event{attested};
    }

    void call()
    {
        const auto now = m_world.clock.now();
        m_world.submit_one(
            command(m_world.genesis_id, wild_command(), ++m_sequence, now,
                static_cast<std::uint8_t>(kOperatorKey + (m_dice.one_in(3) ? small(4) : 0))),
            Door::callers);
    }

    void observe()
    {
        const access::SourceId source{static_cast<std::uint16_t>(2 + small(3))};
        Event event{Origin{source, m_positions[source.value], {}, {}}, wild_probe()};
        if (source == kSignedSource)
        {
            auto& origin = std::get<Origin>(event.author);
            origin.key = public_key(key_of(kSourceKey));
            const auto message = command_message(m_world.genesis_id, event);
            origin.signature = schnorr_sign(key_of(kSourceKey), message.bytes, {});
        }
        const auto receipt = m_world.submit_one(encode_event(event), Door::sources);
        if (receipt.place)
            ++m_positions[source.value];
    }

    // Effects.

    /// Those of a state, or all, and one that there is not.
    std::vector<EffectId> effects(std::optional<outbox::EffectState> wanted = std::nullopt)
    {
        std::vector<EffectId> found{EffectId{}};
        read([&](const StateView& state) {
            for_all(state, outbox::kEffects, [&](const EffectId& id, const outbox::EffectRow& row) {
                if (!wanted || row.state == *wanted)
                    found.push_back(id);
            });
        });
        return found;
    }

    void act()
    {
        const auto id = one_of(effects());
        const auto attempt = static_cast<std::uint32_t>(1 + (m_dice.one_in(3) ? small(3) : 0));
        const auto body = [&]() -> outbox::Event {
            switch (small(4))
            {
                case 0:
                    return outbox::EffectSettled{id, Bytes{small(9)}};
                case 1:
                    return outbox::EffectFailed{id, attempt, "no answer", m_dice.one_in(2)};
                default:
                    return outbox::EffectTaken{id, attempt, Bytes{1, small(9)}};
            }
        };
        tell({EngineAuthor{}, body()}, Door::engine);
    }

public:
    explicit Life(std::uint64_t seed)
      : m_world{seed, [seed](Genesis& genesis) { change_genesis(genesis, seed); }},
        m_dice{seed + 77}
    {
        m_world.start();
        read([&](const StateView& state) { m_watch = bitcoin::watch_list(state); });
    }

    /// Empty blocks on top of the best chain.
    void tell_headers(std::uint64_t count)
    {
        BlockHash tip;
        read([&](const StateView& state) { tip = bitcoin::tip(state).block; });
        std::vector<Bytes> events;
        for (std::uint64_t i = 0; i < count; ++i)
        {
            m_blocks.push_back(tip = m_chain.mine(tip));
            const bitcoin::Event seen = header_seen(m_chain.at(tip));
            events.push_back(encode_event({Origin{kBitcoinSource, 0, {}, {}}, Body{seen}}));
        }
        m_world.submit(std::move(events), Door::sources);
    }

    void live(std::uint64_t steps)
    {
        for (std::uint64_t i = 0; i < steps; ++i)
        {
            switch (small(8))
            {
                case 0:
                    call();
                    break;
                case 1:
                    observe();
                    break;
                case 2:
                case 3:
                    act();
                    break;
                case 4:
                    m_world.executor->run_for(1 + static_cast<std::int64_t>(m_dice.below(
                                                      m_dice.one_in(9) ? 20'000 : 900)));
                    break;
                default:
                    tell_facts();
                    break;
            }
        }
    }

    std::vector<Bytes> log()
    {
        m_world.stop();
        return read_blocks(m_world.disk, m_world.options.directory);
    }
};

int run(int count, char** words)
{
    if (count < 4)
    {
        std::fputs("random_life SEED STEPS FILE [HEADERS]\n", stderr);
        return 64;
    }
    const auto number = [&](int i) { return std::strtoull(words[i], nullptr, 10); };
    Life life{number(1)};
    life.live(number(2) / 2);
    if (count > 4)
        life.tell_headers(number(4));
    life.live(number(2) / 2);
    write_blocks(life.log(), words[3]);
    return 0;
}
}  // namespace
}  // namespace engine::test

int main(int count, char** words)
{
    return engine::test::run(count, words);
}

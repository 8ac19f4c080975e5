#pragma once

// Random trees of blocks with peg-ins in them, and a model that knows what one branch means.

#include "tests/support/chain.hpp"

#include <map>
#include <set>
#include <vector>

namespace engine::test
{
/// Numbers that a property draws once; every choice takes the next. At the end all are 0.
class Tape
{
    const std::vector<std::uint16_t>& m_numbers;
    std::size_t m_next = 0;

public:
    explicit Tape(const std::vector<std::uint16_t>& numbers) : m_numbers{numbers} {}

    std::size_t below(std::size_t bound)
    {
        return m_next < m_numbers.size() ? m_numbers[m_next++] % bound : 0;
    }

    template <typename T>
    void shuffle(std::vector<T>& items)
    {
        for (std::size_t i = items.size(); i > 1; --i)
            std::swap(items[i - 1], items[below(i)]);
    }
};

/// What a deposit is worth on a branch, were it deep enough.
enum class Worth
{
    credit,
    wrong_network,
    foreign,
    not_allowed,
    nothing,
    own,  // Spends an output of the wallet.
};

struct ModelDeposit
{
    Worth worth = Worth::credit;
    std::uint64_t amount = 0;
    ChainHeight height;

    friend bool operator==(const ModelDeposit&, const ModelDeposit&) = default;
};

/// The peg on one branch: what it was paid and what it still has. Nothing but two maps.
struct ModelPeg
{
    std::map<OutPoint, ModelDeposit> deposits;
    std::map<OutPoint, std::uint64_t> utxos;
    std::set<OutPoint> spent;  // Every input there was.
    std::set<Txid> txids;
};

/// A transaction with what it means.
struct Planned
{
    btc::Transaction transaction;
    std::optional<Worth> worth;  // Nothing: no peg-in.
};

inline constexpr std::uint8_t kAllowedRecipient = 1;
inline constexpr std::uint8_t kOtherRecipient = 2;

/// A tree of blocks; what each tip means; which branch wins.
class Branches
{
    Chain m_chain;
    std::map<BlockHash, ModelPeg> m_models;
    std::vector<BlockHash> m_blocks;  // In the order in which they were mined.
    std::vector<Planned> m_plans;
    std::uint32_t m_coins = 0;

    static void apply(ModelPeg& model, const Planned& planned, ChainHeight height)
    {
        const auto& transaction = planned.transaction;
        const auto txid = btc::txid(transaction);
        model.txids.insert(txid);
        for (const auto& input : transaction.inputs)
        {
            model.spent.insert(input.previous);
            model.utxos.erase(input.previous);
        }
        for (std::uint32_t i = 0; i < transaction.outputs.size(); ++i)
        {
            if (transaction.outputs[i].script_pubkey == peg_wallet())
                model.utxos[{txid, i}] = transaction.outputs[i].value.value();
        }
        if (planned.worth)
            model.deposits[{txid, 1}] = {
                *planned.worth, transaction.outputs[1].value.value(), height};
    }

    static bool fits(const ModelPeg& model, const Planned& planned)
    {
        const auto& transaction = planned.transaction;
        const bool is_known = model.txids.contains(btc::txid(transaction));
        const auto can_be_spent = [&](const btc::Input& input) {
            const bool is_wallets = model.utxos.contains(input.previous);
            const bool is_from_outside = input.previous.txid.bytes[31] == 0xcc;
            return !model.spent.contains(input.previous) && (is_wallets || is_from_outside);
        };
        return !is_known &&
               std::all_of(transaction.inputs.begin(), transaction.inputs.end(), can_be_spent);
    }

    OutPoint fresh_coin() { return coin(++m_coins); }

    static std::pair<OutPoint, std::uint64_t> any_utxo(Tape& tape, const ModelPeg& model)
    {
        auto utxo = model.utxos.begin();
        std::advance(utxo, tape.below(model.utxos.size()));
        return *utxo;
    }

    Planned plan(Tape& tape, const ModelPeg& model)
    {
        const auto sats = 1 + tape.below(5);
        const auto recipient = test_principal(kAllowedRecipient);
        switch (tape.below(10))
        {
            case 0:
            case 1:
                return {peg_in(fresh_coin(), sats, recipient), Worth::credit};
            case 2:
                return {peg_in(fresh_coin(), sats, recipient, peg_wallet(0x11)), Worth::foreign};
            case 3:
                return {peg_in(fresh_coin(), sats, recipient, peg_wallet(), "X2"),
                    Worth::wrong_network};
            case 4:
                return {peg_in(fresh_coin(), sats, test_principal(kOtherRecipient)),
                    Worth::not_allowed};
            case 5:
                return {spend({fresh_coin()}, {{*Sats::from(sats), peg_wallet()}}), std::nullopt};
            case 6:
                return {peg_in(fresh_coin(), 0, recipient), Worth::nothing};
            case 7:
                if (!model.utxos.empty())
                {
                    auto planned = peg_in(any_utxo(tape, model).first, sats, recipient);
                    if (tape.below(2) == 0)
                        planned.inputs.push_back({fresh_coin(), {}, 0xffffffff, {}});
                    return {std::move(planned), Worth::own};
                }
                break;
            case 8:
                if (!m_plans.empty())
                    return m_plans[tape.below(m_plans.size())];
                break;
            default:
                if (!model.utxos.empty())
                {
                    const auto [output, value] = any_utxo(tape, model);
                    const bool is_change = tape.below(2) == 0;
                    return {spend({output},
                                {{*Sats::from(value), is_change ? peg_wallet() : script_of(9)}}),
                        std::nullopt};
                }
        }
        return {peg_in(fresh_coin(), sats, recipient), Worth::credit};
    }

    BlockHash grow(Tape& tape, const BlockHash& parent)
    {
        auto model = m_models.at(parent);
        const ChainHeight height{m_chain.height(parent).value + 1};
        std::vector<btc::Transaction> transactions;
        for (auto count = tape.below(4); count > 0; --count)
        {
            const auto planned = plan(tape, model);
            if (!fits(model, planned))
                continue;
            apply(model, planned, height);
            m_plans.push_back(planned);
            transactions.push_back(planned.transaction);
        }
        const auto block = m_chain.mine(parent, std::move(transactions));
        m_models[block] = std::move(model);
        m_blocks.push_back(block);
        return block;
    }

public:
    /// Grows a tree of about so many blocks, whose last block is higher than all others.
    Branches(Tape& tape, std::size_t count)
    {
        m_models[m_chain.genesis()] = {};
        BlockHash best = m_chain.genesis();
        for (std::size_t i = 0; i < count; ++i)
        {
            const auto depth = tape.below(3) == 0 ? tape.below(m_blocks.size() + 1) : 0;
            const auto parent =
                depth < m_blocks.size() ? m_blocks[m_blocks.size() - 1 - depth] : m_chain.genesis();
            const auto block = grow(tape, parent);
            if (m_chain.height(block) > m_chain.height(best))
                best = block;
        }
        grow(tape, best);
    }

    const Chain& chain() const { return m_chain; }
    const std::vector<BlockHash>& blocks() const { return m_blocks; }
    const BlockHash& winner() const { return m_blocks.back(); }
    const ModelPeg& expected() const { return m_models.at(winner()); }
    ChainHeight tip_height() const { return m_chain.height(winner()); }

    /// Every fact of some blocks, each in its block's order.
    std::vector<bitcoin::Event> facts(
        const std::vector<BlockHash>& blocks, std::uint32_t watch_version) const
    {
        std::vector<bitcoin::Event> facts;
        for (const auto& hash : blocks)
        {
            const auto& mined = m_chain.at(hash);
            facts.push_back(header_seen(mined));
            for (std::uint32_t i = 1; i < mined.block.transactions.size(); ++i)
                facts.push_back(transaction_seen(mined, i));
            facts.push_back(bitcoin::BlockScanned{hash, watch_version});
        }
        return facts;
    }
};
}  // namespace engine::test

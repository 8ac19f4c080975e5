#pragma once

#include "engine/bitcoin/header.hpp"
#include "engine/bitcoin/merkle.hpp"
#include "engine/bitcoin/transaction.hpp"
#include "engine/ports/bitcoin.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace engine::test
{
/// The engine as a follower sees it, in a hundred lines: headers that link up, transactions whose
/// proofs hold, scans of known blocks. Answers on a thread of its own, one after the other.
/// Anything that the port forbids is kept as a complaint.
class MemoryIntake final : public BitcoinIntake
{
public:
    struct Known
    {
        BlockHash previous;
        std::uint32_t height = 0;
        std::optional<std::uint32_t> scanned_with;
        std::set<std::uint32_t> transactions;

        friend bool operator==(const Known&, const Known&) = default;
    };

    explicit MemoryIntake(ChainPoint anchor) : m_anchor{anchor}, m_tip{anchor}
    {
        m_known[anchor.hash] = {{}, anchor.height.value, 0, {}};
        m_thread = std::thread{[this] { run(); }};
    }

    ~MemoryIntake() override
    {
        {
            const std::lock_guard lock{m_mutex};
            m_stopping = true;
            m_changed.notify_all();
        }
        m_thread.join();
    }

    // What a test sets and reads, under the lock.
    template <typename F>
    auto with(F&& f)
    {
        const std::lock_guard lock{m_mutex};
        return f(*this);
    }
    WatchList watched;
    std::optional<RescanWanted> rescan;
    std::function<std::optional<Admission>(const BitcoinFact&)> interfere;
    std::vector<std::string> complaints;
    std::uint64_t accepted = 0;
    std::uint64_t duplicates = 0;

    void forget(const BlockHash& block) { m_known.erase(block); }

    ChainPoint tip()
    {
        const std::lock_guard lock{m_mutex};
        return m_tip;
    }
    std::map<BlockHash, Known> known()
    {
        const std::lock_guard lock{m_mutex};
        return m_known;
    }

    void position(std::function<void(ChainPosition)> answer) override
    {
        post([this, answer = std::move(answer)] {
            return
                [answer, position = ChainPosition{m_anchor, m_tip, rescan}] { answer(position); };
        });
    }

    void standing(BlockHash block, std::function<void(BlockStanding)> answer) override
    {
        post([this, block, answer = std::move(answer)] {
            const auto found = m_known.find(block);
            const auto standing = found == m_known.end()
                                      ? BlockStanding{}
                                      : BlockStanding{true, found->second.scanned_with,
                                            ChainHeight{found->second.height}, false};
            return [answer, standing] { answer(standing); };
        });
    }

    /// In two parts: first what has a version, then the outpoints, of a list that may be another
    /// one by then.
    void watch_list(Bytes from, std::function<void(WatchListPart)> answer) override
    {
        post([this, is_first = from.empty(), answer = std::move(answer)] {
            auto part =
                is_first
                    ? WatchListPart{{watched.version, watched.scripts, watched.data_prefixes, {}},
                          Bytes{1}}
                    : WatchListPart{{watched.version, {}, {}, watched.outpoints}, {}};
            return [answer, part = std::move(part)] { answer(part); };
        });
    }

    void submit(BitcoinFact fact, std::function<void(AdmissionAnswer)> answer) override
    {
        post([this, fact = std::move(fact), answer = std::move(answer)] {
            const auto forced = interfere ? interfere(fact) : std::nullopt;
            const auto admission =
                forced ? *forced : std::visit([this](const auto& f) { return admit(f); }, fact);
            accepted += admission == Admission::accepted;
            duplicates += admission == Admission::duplicate;
            return [answer, admission] { answer({admission, "by the test"}); };
        });
    }

private:
    using Answer = std::function<void()>;

    const ChainPoint m_anchor;
    ChainPoint m_tip;
    std::map<BlockHash, Known> m_known;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::function<Answer()>> m_tasks;
    bool m_stopping = false;
    std::thread m_thread;

    void post(std::function<Answer()> task)
    {
        const std::lock_guard lock{m_mutex};
        m_tasks.push_back(std::move(task));
        m_changed.notify_all();
    }

    void run()
    {
        std::unique_lock lock{m_mutex};
        for (;;)
        {
            m_changed.wait(lock, [this] { return m_stopping || !m_tasks.empty(); });
            if (m_tasks.empty())
                return;
            const auto task = std::move(m_tasks.front());
            m_tasks.pop_front();
            const auto answer = task();
            lock.unlock();
            answer();
            lock.lock();
        }
    }

    Admission admit(const HeaderSeen& fact)
    {
        const auto hash = btc::block_hash(fact.header);
        const auto header = btc::decode_header(fact.header);
        if (m_known.contains(hash))
            return Admission::duplicate;
        const auto parent = m_known.find(header.previous);
        if (parent == m_known.end())
            return Admission::gap;
        const auto height = parent->second.height + 1;
        m_known[hash] = {header.previous, height, std::nullopt, {}};
        if (height > m_tip.height.value)
            m_tip = {hash, ChainHeight{height}};
        return Admission::accepted;
    }

    Admission admit(const TransactionSeen& fact)
    {
        const auto found = m_known.find(btc::block_hash(fact.header));
        if (found == m_known.end())
            return Admission::gap;
        const auto transaction = btc::decode_transaction(fact.transaction);
        const auto coinbase = btc::decode_transaction(fact.coinbase);
        const btc::MerkleBranch branch{fact.index, fact.branch};
        const btc::MerkleBranch first{0, fact.coinbase_branch};
        if (!transaction || !coinbase ||
            btc::find_inclusion_fault(*transaction, branch, {*coinbase, first},
                btc::decode_header(fact.header).merkle_root))
        {
            complaints.push_back("a transaction is not proved");
            return Admission::invalid;
        }
        return found->second.transactions.insert(fact.index).second ? Admission::accepted
                                                                    : Admission::duplicate;
    }

    Admission admit(const BlockScanned& fact)
    {
        const auto found = m_known.find(fact.block);
        if (found == m_known.end())
            return Admission::gap;
        if (found->second.scanned_with == fact.watch_version)
            return Admission::duplicate;
        found->second.scanned_with = fact.watch_version;
        return Admission::accepted;
    }
};
}  // namespace engine::test

#pragma once

#include "engine/base/arena.hpp"
#include "engine/base/check.hpp"
#include "engine/core/changes.hpp"
#include "engine/log/block.hpp"
#include "engine/runtime/submission.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace engine
{
/// A submission's answers, collected until the last is known.
class PendingAnswer
{
    std::vector<std::optional<Receipt>> m_receipts;
    std::size_t m_missing;
    std::function<void(std::vector<Receipt>)> m_answer;

public:
    PendingAnswer(std::size_t count, std::function<void(std::vector<Receipt>)> answer)
      : m_receipts(count), m_missing{count}, m_answer{std::move(answer)}
    {}

    void set(std::size_t index, Receipt receipt)
    {
        ENSURE(m_missing > 0 && !m_receipts[index]);
        m_receipts[index] = std::move(receipt);
        if (--m_missing == 0)
            answer();
    }

    /// The end: whatever has no answer yet gets this one.
    void set_missing(const Receipt& receipt)
    {
        for (std::size_t i = 0; m_missing > 0 && i < m_receipts.size(); ++i)
        {
            if (!m_receipts[i])
                set(i, receipt);
        }
    }

private:
    void answer()
    {
        std::vector<Receipt> all;
        all.reserve(m_receipts.size());
        for (auto& receipt : m_receipts)
            all.push_back(*std::move(receipt));
        if (m_answer)
            m_answer(std::move(all));
    }
};

/// A receipt that waits until the block that it rests on is durable.
struct WaitingReceipt
{
    std::shared_ptr<PendingAnswer> answer;
    std::size_t index = 0;
    Receipt receipt;
};

/// A block that is being filled, or written: its events, what they changed, and who waits for it.
struct OpenBlock
{
    log::BlockHeader header;
    std::vector<log::EventRecord> events;  ///< Their bytes are in `bytes`.
    Arena bytes;
    std::size_t size = 0;  ///< Of the events, in bytes.
    Changes changes;
    std::vector<WaitingReceipt> waiting;

    bool empty() const noexcept { return events.empty(); }

    void add(ByteView event, const EventHash& hash, log::EventResult result)
    {
        events.push_back({bytes.keep(event), hash, result});
        size += event.size() + log::kResultSize;
    }

    /// Ready for the next block, with the memory of this one.
    void clear()
    {
        header = {};
        events.clear();
        bytes.clear();
        size = 0;
        changes.clear();
        waiting.clear();
    }
};
}  // namespace engine

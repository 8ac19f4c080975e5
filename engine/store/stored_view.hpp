#pragma once

#include "engine/core/state.hpp"
#include "engine/store/row_source.hpp"

#include <array>
#include <atomic>
#include <exception>

namespace engine
{
/// Thrown by a StoredView whose reader is no longer wanted.
class ReadAbandoned final : public std::exception
{
public:
    const char* what() const noexcept override { return "the reader is no longer wanted"; }
};

/// Stored rows as rules and laws see a state, while the source stands still: a checkpoint. Takes no
/// memory for what it has read, and every table, hash tables too, is scanned in key order at the
/// cost of its rows.
///
/// What get() returned stays valid until the sixteenth get() after it: readers decode at once.
/// Throws StoreFailure when the source can't be read.
class StoredView final : public StateView
{
    static constexpr std::size_t kKept = 16;

    const RowSource& m_source;
    const std::atomic<bool>& m_abandoned;
    mutable std::array<Bytes, kKept> m_rows;
    mutable std::size_t m_reads = 0;

public:
    /// Every read throws ReadAbandoned once `abandoned` is true.
    StoredView(const RowSource& source, const std::atomic<bool>& abandoned)
      : m_source{source}, m_abandoned{abandoned}
    {}

    std::optional<ByteView> get(TableId table, ByteView key) const override
    {
        go_on();
        auto& row = m_rows[m_reads++ % kKept];
        return m_source.get(table, key, row) ? std::optional{ByteView{row}} : std::nullopt;
    }

    void scan(TableId table, ByteView from, RowVisitor visit) const override
    {
        m_source.scan(table, from, [&](ByteView key, ByteView row) {
            go_on();
            return visit(key, row);
        });
    }

private:
    void go_on() const
    {
        if (m_abandoned)
            throw ReadAbandoned{};
    }
};
}  // namespace engine

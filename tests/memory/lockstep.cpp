#include "engine/base/hex.hpp"
#include "engine/hash/sha256.hpp"
#include "engine/store/memory_plan.hpp"
#include "tests/memory/work.hpp"

#include <fmt/format.h>

namespace engine::test
{
namespace
{
constexpr int kScans = 6;             // Of the whole state, over the life.
constexpr std::size_t kLookups = 64;  // Of each kind, behind every rooted block.

/// A row of some table, remembered by its key.
struct KnownKey
{
    TableId table;
    Bytes key;
};

/// A sample of keys that is as likely to hold an old one as a new one.
class Sample
{
    static constexpr std::size_t kMost = 20'000;

    std::vector<KnownKey> m_keys;
    std::uint64_t m_seen = 0;

public:
    void offer(TableId table, ByteView key)
    {
        ++m_seen;
        const auto place = Work::mix(m_seen) % m_seen;
        if (m_keys.size() < kMost)
            m_keys.push_back({table, {key.begin(), key.end()}});
        else if (place < kMost)
            m_keys[place] = {table, {key.begin(), key.end()}};
    }
    const KnownKey* pick(std::uint64_t random) const
    {
        return m_keys.empty() ? nullptr : &m_keys[random % m_keys.size()];
    }
};

bool same(const std::optional<ByteView>& a, const std::optional<ByteView>& b)
{
    return a.has_value() == b.has_value() && (!a || equal(*a, *b));
}

/// What a scan of a table shows, in one number and one hash.
struct Scanned
{
    std::uint64_t rows = 0;
    Hash256 digest;
    friend bool operator==(const Scanned&, const Scanned&) = default;
};

Scanned scan(const StateView& state, TableId table)
{
    Scanned out;
    Sha256 hash;
    state.scan(table, {}, [&](ByteView key, ByteView row) {
        ++out.rows;
        const std::array<std::uint64_t, 2> sizes{key.size(), row.size()};
        hash.update(ByteView{reinterpret_cast<const std::uint8_t*>(sizes.data()), sizeof sizes});
        hash.update(key);
        hash.update(row);
        return true;
    });
    out.digest = hash.finish();
    return out;
}

/// The fold that keeps everything in memory.
struct Unbounded
{
    LiveState state{Modules::tables()};
    Refolder folded{state, {.validate = false, .laws = false}};
    Rooter rooter;
};

/// The fold that may keep a little, over a store that is flushed as it goes: each time one rooted
/// block late, so that what the next blocks ask for is frozen and not yet on the disk.
struct Bounded
{
    MemoryPlan plan;
    std::unique_ptr<StateStore> store;
    LiveState state;
    Refolder folded{state, {.validate = false, .laws = false}};
    std::optional<std::pair<LogHeight, LogBlockHash>> due;  // To be flushed.
    std::size_t flushes = 0;
    std::size_t most = 0;

    Bounded(std::unique_ptr<StateStore> s, const MemoryPlan& p)
      : plan{p},
        store{std::move(s)},
        state{Modules::tables(), store.get(),
            {.memory_bytes_max = p.rows, .complete = true, .hash_seed = 7}}
    {}

    StateRoot root(LogHeight height)
    {
        if (due)
            flush();
        const auto taken = store->take(state.freeze(height));
        if (!taken)
            give_up(to_string(taken.error()));
        if (store->pending_bytes() >= plan.flush_bytes)
            due.emplace(height, folded.last_hash());
        return *taken;
    }

private:
    void flush()
    {
        if (const auto flushed = store->flush(due->first, due->second); !flushed)
            give_up(to_string(flushed.error()));
        state.flushed(due->first);
        due.reset();
        ++flushes;
    }
};

class Lockstep
{
    Unbounded m_all;
    Bounded m_some;
    Sample m_written;
    Sample m_deleted;
    std::uint64_t m_random = 0;
    std::uint64_t m_roots = 0;
    std::uint64_t m_present = 0;
    std::uint64_t m_absent = 0;
    std::uint64_t m_gone = 0;
    std::uint64_t m_missed = 0;  // Lookups of rows that were not in memory.
    std::uint64_t m_scanned = 0;

public:
    Lockstep(std::unique_ptr<StateStore> store, const MemoryPlan& plan)
      : m_some{std::move(store), plan}
    {
        m_all.folded.on_event([this](EventPlace, const Changes& changes) {
            for (const auto& change : changes.in_order_of_touch())
                (change.after ? m_written : m_deleted).offer(change.table, change.key);
        });
    }

    void fold(const log::BlockView& block)
    {
        for (auto* folded : {&m_all.folded, &m_some.folded})
        {
            if (const auto finding = folded->fold(block))
                give_up(to_string(*finding));
        }
        if (!block.header().rooted)
            return;
        auto set = m_all.state.freeze(block.height());
        if (m_all.rooter.take(set) != m_some.root(block.height()))
            give_up(fmt::format("the roots of height {} differ", block.height().value));
        ++m_roots;
        m_some.most = std::max(m_some.most, m_some.state.memory_bytes());
        look_up();
    }

    void scan_all()
    {
        for (const auto& table : Modules::tables())
        {
            const auto all = scan(m_all.state, table.id);
            if (all != scan(m_some.state, table.id))
                give_up(fmt::format("a scan of {} differs", table.name));
            m_scanned += all.rows;
        }
    }

    void print() const
    {
        fmt::print(
            "roots {} lookups present {} absent {} deleted {}, from disk {}, rows scanned {}\n",
            m_roots, m_present, m_absent, m_gone, m_missed, m_scanned);
        fmt::print("bounded {} unbounded {} flushes {}\n", m_some.most, m_all.state.memory_bytes(),
            m_some.flushes);
    }

private:
    void look_up()
    {
        for (std::size_t i = 0; i < kLookups; ++i)
        {
            if (const auto* known = m_written.pick(random()))
                m_present += compare(*known) ? 1U : 0U;
            if (const auto* known = m_deleted.pick(random()))
                m_gone += compare(*known) ? 0U : 1U;
            const auto id = Work::id_of(UINT32_MAX + random() % UINT32_MAX);
            m_absent += compare({probe::kSeenIds.id, {id.bytes.begin(), id.bytes.end()}}) ? 0U : 1U;
        }
    }

    bool compare(const KnownKey& known)
    {
        m_missed += m_some.state.is_in_memory(known.table, known.key) ? 0U : 1U;
        const auto all = m_all.state.get(known.table, known.key);
        if (!same(all, m_some.state.get(known.table, known.key)))
            give_up(
                fmt::format("the row {:#06x} {} differs", known.table.value, to_hex(known.key)));
        return all.has_value();
    }

    std::uint64_t random() { return Work::mix(++m_random); }
};
}  // namespace

void compare_in_lockstep(
    const log::Log& log, Disk& disk, const std::string& scratch, std::size_t memory_bytes)
{
    const auto plan = memory_plan(memory_bytes);
    auto store = StateStore::open(disk, scratch, plan.store());
    if (!store)
        give_up(to_string(store.error()));
    Lockstep both{*std::move(store), plan};
    const auto reader = log.reader(LogHeight{0});
    if (!reader)
        give_up(log::to_string(reader.error()));
    const auto scan_every = log.tip()->header.height.value / kScans + 1;
    for (;;)
    {
        const auto block = (*reader)->next();
        if (!block)
            give_up(log::to_string(block.error()));
        if (*block == nullptr)
            break;
        both.fold(**block);
        if ((*block)->height().value % scan_every == scan_every - 1)
            both.scan_all();
    }
    both.scan_all();
    both.print();
}
}  // namespace engine::test

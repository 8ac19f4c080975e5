// What an event costs in the log, one thread: into a block, onto the disk, back from a mapped
// segment. Blocks of one event show what a block costs. Run on a quiet machine; the disk is the one
// that holds the temporary directory.

#include "adapters/system/disk.hpp"
#include "engine/log/segment_log.hpp"
#include "tests/ports/temporary_directory.hpp"

#include <benchmark/benchmark.h>

namespace engine::log
{
namespace
{
constexpr std::size_t kEventSize = 208;

std::vector<EventRecord> records_of(const std::vector<Bytes>& events)
{
    std::vector<EventRecord> records;
    for (const auto& event : events)
        records.push_back({event, event_hash(event), {0, 1}});
    return records;
}

std::vector<Bytes> some_events(std::size_t count)
{
    std::vector<Bytes> events;
    for (std::size_t i = 0; i < count; ++i)
        events.emplace_back(kEventSize, static_cast<std::uint8_t>(i + 1));
    return events;
}

void count_events(benchmark::State& state)
{
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void encode(benchmark::State& state)
{
    const auto events = some_events(static_cast<std::size_t>(state.range(0)));
    const auto records = records_of(events);
    for (auto _ : state)
        benchmark::DoNotOptimize(encode_block({}, records).bytes.data());
    count_events(state);
}
BENCHMARK(encode)->Arg(1)->Arg(1000);

void check(benchmark::State& state)
{
    const auto events = some_events(static_cast<std::size_t>(state.range(0)));
    const auto block = encode_block({}, records_of(events));
    BlockView view;
    for (auto _ : state)
        benchmark::DoNotOptimize(view.read(block.bytes).has_value() && check_block(view));
    count_events(state);
}
BENCHMARK(check)->Arg(1)->Arg(1000);

/// A log of blocks of this many events, about `bytes` long.
class FilledLog
{
    TemporaryDirectory m_directory;
    PosixDisk m_disk;
    std::optional<DataDirectory> m_owned;
    std::unique_ptr<SegmentLog> m_log;
    std::vector<Bytes> m_events;
    std::vector<EventRecord> m_records;

public:
    FilledLog(std::size_t events, std::size_t bytes)
      : m_events{some_events(events)}, m_records{records_of(m_events)}
    {
        m_owned.emplace(std::move(*DataDirectory::own(m_disk, m_directory / "data", "bench")));
        m_log = std::move(*SegmentLog::open(m_disk, *m_owned));
        for (std::size_t done = 0; done < bytes; done += events * kEventSize + 300)
            append();
    }

    /// What a node does beside the blocks: here it must not be in what is measured.
    void prepare()
    {
        while (*m_log->prepare_next() == Preparation::working)
        {}
    }

    void append()
    {
        BlockHeader header;
        if (const auto tip = m_log->tip())
        {
            header.height = LogHeight{tip->header.height.value + 1};
            header.previous = tip->hash;
        }
        if (!m_log->append(encode_block(header, m_records).bytes))
            std::abort();
    }

    const SegmentLog& log() const { return *m_log; }
};

void append(benchmark::State& state)
{
    FilledLog filled{static_cast<std::size_t>(state.range(0)), 0};
    filled.append();
    filled.prepare();
    for (auto _ : state)
        filled.append();
    count_events(state);
}
BENCHMARK(append)->Arg(1)->Arg(1000)->UseRealTime();

void read(benchmark::State& state)
{
    const FilledLog filled{static_cast<std::size_t>(state.range(0)),
        std::size_t{state.range(0) == 1 ? 1U : 200U} << 20};
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;
    for (auto _ : state)
    {
        const auto reader = *filled.log().reader(LogHeight{0});
        for (auto block = reader->next(); *block != nullptr; block = reader->next())
        {
            for (std::uint32_t i = 0; i < (*block)->event_count(); ++i)
                benchmark::DoNotOptimize((*block)->event(i).data());
            events += (*block)->event_count();
            bytes += (*block)->bytes().size();
        }
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(read)->Arg(1)->Arg(1000);
}  // namespace
}  // namespace engine::log

BENCHMARK_MAIN();

// What an event costs at the trust boundary, one thread. Target: 100 to 300 ns for a probe.

#include "engine/codec/codec.hpp"
#include "tests/support/samples.hpp"

#include <benchmark/benchmark.h>

namespace engine
{
namespace
{
Event probe_event()
{
    return {
        test::sample_origin(), probe::Event{probe::Probed{test::counting_id<Hash256>(1), 2, 3}}};
}

Event header_event()
{
    return {test::sample_bitcoin_origin(),
        bitcoin::Event{bitcoin::HeaderSeen{test::counting_id<bitcoin::RawHeader>(1)}}};
}

Event transaction_event(std::size_t bytes)
{
    auto seen = test::sample_transaction();
    seen.transaction = Bytes(bytes, 0xAB);
    return {test::sample_bitcoin_origin(), bitcoin::Event{seen}};
}

void encode(benchmark::State& state, const Event& event)
{
    EventEncoder encoder;
    std::size_t size = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(size = encoder.encode(event).size());
    state.counters["bytes"] = static_cast<double>(size);
}

void decode(benchmark::State& state, const Event& event)
{
    const auto bytes = encode_event(event);
    EventDecoder decoder;
    for (auto _ : state)
        benchmark::DoNotOptimize(decoder.decode(bytes).has_value());
}

void decode_alone(benchmark::State& state, const Event& event)
{
    const auto bytes = encode_event(event);
    for (auto _ : state)
        benchmark::DoNotOptimize(decode_event(bytes).has_value());
}

void refuse(benchmark::State& state, const Event& event)
{
    auto bytes = encode_event(event);
    bytes.resize(bytes.size() + 8);
    EventDecoder decoder;
    for (auto _ : state)
        benchmark::DoNotOptimize(decoder.decode(bytes).has_value());
}

void hash(benchmark::State& state, const Event& event)
{
    const auto bytes = encode_event(event);
    for (auto _ : state)
        benchmark::DoNotOptimize(event_hash(bytes));
}

BENCHMARK_CAPTURE(encode, probe, probe_event());
BENCHMARK_CAPTURE(decode, probe, probe_event());
BENCHMARK_CAPTURE(decode_alone, probe, probe_event());
BENCHMARK_CAPTURE(hash, probe, probe_event());
BENCHMARK_CAPTURE(refuse, probe, probe_event());
BENCHMARK_CAPTURE(encode, header, header_event());
BENCHMARK_CAPTURE(decode, header, header_event());
BENCHMARK_CAPTURE(encode, transaction_250, transaction_event(250));
BENCHMARK_CAPTURE(decode, transaction_250, transaction_event(250));
BENCHMARK_CAPTURE(encode, transaction_1m, transaction_event(1'000'000));
BENCHMARK_CAPTURE(decode, transaction_1m, transaction_event(1'000'000));
}  // namespace
}  // namespace engine

BENCHMARK_MAIN();

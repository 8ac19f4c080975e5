#include "engine/domain/bitcoin/header_rules.hpp"

#include "engine/bitcoin/network.hpp"
#include "engine/bitcoin/target.hpp"
#include "engine/bitcoin/u256.hpp"
#include "engine/domain/bitcoin/network.hpp"
#include "engine/domain/bitcoin/rejects.hpp"

namespace engine::bitcoin
{
namespace
{
/// The lowest version that a header may have at a height (BIP-34, BIP-66, BIP-65).
std::int32_t version_min(Network network, std::uint32_t height)
{
    const bool is_mainnet = network == Network::mainnet;
    if (height >= (is_mainnet ? 388'381u : 1u))
        return 4;
    if (height >= (is_mainnet ? 363'725u : 1u))
        return 3;
    return height >= (is_mainnet ? 227'931u : 1u) ? 2 : INT32_MIN;
}

bool begins_a_period(std::uint32_t height)
{
    return height % btc::kRetargetPeriod == 0;
}

/// The work of the chain with one more block; nothing when it leaves the range.
std::optional<Hash256> add_work(const Hash256& chain, std::uint32_t bits)
{
    const auto target = btc::decode_target(bits);
    if (!target)
        return std::nullopt;
    const auto sum = add(btc::from_big_endian(chain.bytes), btc::work(*target));
    return sum ? std::optional{Hash256{btc::to_big_endian(*sum)}} : std::nullopt;
}

std::vector<ChainTime> with_time(std::vector<ChainTime> times, ChainTime time)
{
    if (times.size() == btc::kMedianTimeSpan)
        times.erase(times.begin());
    times.push_back(time);
    return times;
}
}  // namespace

std::uint32_t required_bits(Network network, const KnownHeader& parent, ChainTime time)
{
    const auto& rules = parameters_of(network);
    if (begins_a_period(parent.height.value + 1))
    {
        const auto timespan = std::int64_t{parent.time.value} - parent.period_start.value;
        const auto bits =
            btc::retarget(rules.bip94 ? parent.period_bits : parent.bits, timespan, rules);
        ENSURE(bits.has_value());  // A header that is known has a target.
        return *bits;
    }
    if (!rules.minimum_after_20_minutes)
        return parent.bits;
    const bool is_late = time.value > std::uint64_t{parent.time.value} + btc::kMinimumDifficultyGap;
    return is_late ? rules.pow_limit_bits : parent.period_bits;
}

ChainTime median_time(const KnownHeader& header)
{
    ENSURE(!header.last_times.empty());
    auto times = header.last_times;
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

Result<KnownHeader, Verdict> follow(
    Network network, const KnownHeader& parent, const btc::Header& header, LogTime now)
{
    if (parent.height.value == UINT32_MAX)
        return Failure{Verdict{kHeightOverflow}};
    const auto height = parent.height.value + 1;

    if (static_cast<std::int32_t>(header.version) < version_min(network, height))
        return Failure{Verdict{kOldVersion}.with("version", header.version).with("height", height)};

    const auto bits = required_bits(network, parent, header.time);
    if (header.bits != bits)
        return Failure{Verdict{kWrongDifficulty}.with("bits", header.bits).with("expected", bits)};

    const auto median = median_time(parent);
    if (header.time <= median)
        return Failure{
            Verdict{kTimeTooOld}.with("time", header.time.value).with("median", median.value)};

    // BIP-94: no block may begin a period long before the one before it.
    if (parameters_of(network).bip94 && begins_a_period(height) &&
        std::uint64_t{header.time.value} + btc::kTimewarpSlack < parent.time.value)
        return Failure{
            Verdict{kTimewarp}.with("time", header.time.value).with("parent", parent.time.value)};

    if (std::int64_t{header.time.value} > now.value / 1000 + btc::kFutureTimeMax)
        return Failure{Verdict{kTimeTooNew}
                           .with("time", header.time.value)
                           .with("log", static_cast<std::uint64_t>(now.value / 1000))};

    const auto work = add_work(parent.work, header.bits);
    if (!work)
        return Failure{Verdict{kWorkOverflow}};

    const bool begins = begins_a_period(height);
    return KnownHeader{
        .previous = header.previous,
        .height = ChainHeight{height},
        .time = header.time,
        .bits = header.bits,
        .work = *work,
        .period_start = begins ? header.time : parent.period_start,
        .period_bits = begins ? header.bits : parent.period_bits,
        .last_times = with_time(parent.last_times, header.time),
    };
}
}  // namespace engine::bitcoin

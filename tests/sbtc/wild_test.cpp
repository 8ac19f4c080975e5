// Scripts by the million: what the readers take is of the right form, and nothing stops them.

#include "tests/sbtc/holds.hpp"
#include "tests/sbtc/wild_scripts.hpp"

#include <gtest/gtest.h>
#include <cstdlib>

namespace engine::sbtc
{
namespace
{
using namespace test;

std::uint64_t number_in(const char* variable, std::uint64_t otherwise)
{
    const char* text = std::getenv(variable);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

bool is_long()
{
    const char* text = std::getenv("REFOLD_LONG");
    return text != nullptr && *text != '\0' && std::string_view{text} != "0";
}

// 100,000 transactions; with REFOLD_LONG ten million. REFOLD_SEED chooses others.
TEST(WildScripts, AreReadOrRefusedAndWhatIsReadIsOfTheRightForm)
{
    const auto seed = number_in("REFOLD_SEED", 1);
    SCOPED_TRACE("REFOLD_SEED=" + std::to_string(seed));
    const std::size_t count = is_long() ? 10'000'000 : 100'000;
    WildScripts wild{seed};
    std::array<std::size_t, 6> seen{};
    std::size_t reveals = 0;
    for (std::size_t i = 0; i < count; ++i)
    {
        const auto network =
            i % 4 == 0 ? static_cast<btc::Network>(wild.below(4)) : btc::Network::regtest;
        const auto transaction = wild.transaction();
        const auto parsed = parse_operation(transaction, network);
        const auto kind = judge(parsed, network);
        ++seen[kind];
        if (parsed && *parsed && (*parsed)->reveal)
            ++reveals;
        if (i % 100 == 0 && kind == 1)
            signers_hold(std::get<PegOutRequest>((*parsed)->operation), network);
        for (const auto& output : transaction.outputs)
            script_holds(output.script_pubkey, network);
    }
    for (std::size_t kind = 0; kind < seen.size(); ++kind)
        EXPECT_GT(seen[kind], count / 2'000) << kind;
    EXPECT_GT(reveals, count / 5'000);
}
}  // namespace
}  // namespace engine::sbtc

#include "engine/domain/probe/invariants.hpp"

#include "engine/core/read.hpp"
#include "engine/domain/probe/state.hpp"

namespace engine::probe
{
namespace
{
struct Sum
{
    std::uint64_t count = 0;
    std::uint64_t amount = 0;  // Modulo 2^64: differences wrap, their sum doesn't.
    std::uint64_t ids = 0;
};

std::optional<std::string> compare(const Sum& sum, const Totals& totals)
{
    if (sum.count == totals.count && sum.amount == totals.amount && sum.ids == totals.count)
        return std::nullopt;
    return "accounts: " + std::to_string(sum.count) + " probes, amount " +
           std::to_string(sum.amount) + ", ids " + std::to_string(sum.ids) +
           "; totals: " + std::to_string(totals.count) + " probes, amount " +
           std::to_string(totals.amount);
}
}  // namespace

std::optional<std::string> probes_add_up_delta(const StateView& before, const Changes& changes)
{
    auto totals = get(before, kTotals);
    Sum sum{totals.count, totals.amount, totals.count};  // The law held before.
    for_each_change(changes, kTotals,
        [&](Unit, const std::optional<Totals>&, const std::optional<Totals>& now) {
            totals = now.value_or(Totals{});
        });
    for_each_change(changes, kAccounts,
        [&](std::uint64_t, const std::optional<Account>& old, const std::optional<Account>& now) {
            sum.count += now.value_or(Account{}).count - old.value_or(Account{}).count;
            sum.amount += now.value_or(Account{}).amount - old.value_or(Account{}).amount;
        });
    for_each_change(changes, kSeenIds,
        [&](const Hash256&, const std::optional<Present>& old, const std::optional<Present>& now) {
            sum.ids += std::uint64_t{now.has_value()} - std::uint64_t{old.has_value()};
        });
    return compare(sum, totals);
}

std::optional<std::string> probes_add_up(const StateView& state)
{
    Sum sum;
    for_all(state, kAccounts, [&](std::uint64_t, const Account& account) {
        sum.count += account.count;
        sum.amount += account.amount;
    });
    for_all(state, kSeenIds, [&](const Hash256&, const Present&) { ++sum.ids; });
    return compare(sum, get(state, kTotals));
}
}  // namespace engine::probe

#include "adapters/bitcoin/intake_calls.hpp"

#include <iterator>
#include <utility>

namespace engine::bitcoind
{
namespace
{
template <typename T>
void append(std::vector<T>& list, std::vector<T>&& more)
{
    list.insert(
        list.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}
}  // namespace

/// `call(i, answer)` starts the i-th call; each answer comes once, in any order.
template <typename T, typename Call>
std::optional<std::vector<T>> IntakeCalls::collect(std::size_t count, Call&& call)
{
    struct Answers
    {
        std::vector<T> values;
        std::size_t missing = 0;
    };
    const auto answers = std::make_shared<Answers>();
    answers->values.resize(count);
    answers->missing = count;
    for (std::size_t i = 0; i < count; ++i)
    {
        call(i, [waiting = m_waiting, answers, i](T value) {
            const std::lock_guard lock{waiting->mutex};
            answers->values[i] = std::move(value);
            if (--answers->missing == 0)
                waiting->changed.notify_all();
        });
    }
    std::unique_lock lock{m_waiting->mutex};
    m_waiting->changed.wait(lock, [&] { return answers->missing == 0 || m_waiting->interrupted; });
    return answers->missing == 0 ? std::optional{std::move(answers->values)} : std::nullopt;
}

std::optional<ChainPosition> IntakeCalls::position()
{
    auto values = collect<ChainPosition>(
        1, [&](std::size_t, auto answer) { m_intake.position(std::move(answer)); });
    return values ? std::optional{std::move(values->front())} : std::nullopt;
}

std::optional<BlockStanding> IntakeCalls::standing(const BlockHash& block)
{
    auto values = collect<BlockStanding>(
        1, [&](std::size_t, auto answer) { m_intake.standing(block, std::move(answer)); });
    return values ? std::optional{std::move(values->front())} : std::nullopt;
}

std::optional<WatchListPart> IntakeCalls::watch_list_part(const Bytes& from)
{
    auto values = collect<WatchListPart>(
        1, [&](std::size_t, auto answer) { m_intake.watch_list(from, std::move(answer)); });
    return values ? std::optional{std::move(values->front())} : std::nullopt;
}

std::optional<WatchList> IntakeCalls::watch_list()
{
    auto part = watch_list_part({});
    if (!part)
        return std::nullopt;
    auto list = std::move(part->list);
    while (part->next)
    {
        part = watch_list_part(Bytes{*part->next});
        if (!part)
            return std::nullopt;
        append(list.scripts, std::move(part->list.scripts));
        append(list.data_prefixes, std::move(part->list.data_prefixes));
        append(list.outpoints, std::move(part->list.outpoints));
    }
    return list;
}

std::optional<std::vector<AdmissionAnswer>> IntakeCalls::submit(std::span<const BitcoinFact> facts)
{
    return collect<AdmissionAnswer>(facts.size(),
        [&](std::size_t i, auto answer) { m_intake.submit(facts[i], std::move(answer)); });
}

void IntakeCalls::interrupt()
{
    const std::lock_guard lock{m_waiting->mutex};
    m_waiting->interrupted = true;
    m_waiting->changed.notify_all();
}
}  // namespace engine::bitcoind

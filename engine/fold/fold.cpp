#include "engine/fold/fold.hpp"

#include "engine/core/deadlines.hpp"
#include "engine/domain/access/admission.hpp"
#include "engine/domain/access/rejects.hpp"
#include "engine/domain/bitcoin/chain_change.hpp"

namespace engine
{
namespace
{
// Who may author what.

constexpr Authors authors(const Genesis&)
{
    return Authors::engine;
}
constexpr Authors authors(BlockOpened)
{
    return Authors::engine;
}

template <typename... Kinds>
constexpr Authors authors(const std::variant<Kinds...>& event)
{
    return std::visit([](const auto& kind) { return authors(kind); }, event);
}

access::CommandClaim claim_of(const Authorization& author)
{
    return {author.key, author.sequence, author.expiry};
}
access::SourceClaim claim_of(const Origin& author)
{
    return {author.source, author.position, author.key};
}

Verdict admit(const Step&, Authors allowed, const EngineAuthor&)
{
    return includes(allowed, Authors::engine) ? accepted : Verdict{access::kAuthorNotAllowed};
}
template <typename Author>
Verdict admit(const Step& step, Authors allowed, const Author& author)
{
    return access::admit(step, allowed, claim_of(author));
}

void record(Step&, const EngineAuthor&) {}
template <typename Author>
void record(Step& step, const Author& author)
{
    access::record(step, claim_of(author));
}

// What happens.

Verdict transition(Step& step, const Genesis& genesis)
{
    if (step.context().place != EventPlace{})
        return access::kOutOfPlace;
    Verdict verdict;
    Modules::for_each([&]<typename M>() {
        if constexpr (requires { typename M::Genesis; })
        {
            if (verdict.accepted())
                verdict = M::on_genesis(step, std::get<typename M::Genesis>(genesis.modules));
        }
    });
    return verdict;
}

std::optional<DeadlineKey> due_deadline(const StateView& state, LogTime time)
{
    std::optional<DeadlineKey> due;
    for_each(state, kDeadlines, [&](DeadlineKey key, const Present&) {
        if (key.time <= time)
            due = std::move(key);
        return false;
    });
    return due;
}

void take(Step& step, const DeadlineKey& deadline)
{
    step.erase(kDeadlines, deadline);
    const TableId table{deadline.table};
    Modules::for_each([&]<typename M>() {
        if constexpr (requires { M::on_deadline(step, table, ByteView{}); })
        {
            if (M::kNumber == table.module())
                M::on_deadline(step, table, deadline.key.bytes);
        }
    });
}

Verdict transition(Step& step, BlockOpened)
{
    const auto& place = step.context().place;
    if (place.index != 0 || place.height == LogHeight{0})
        return access::kOutOfPlace;

    // From here on opening cannot fail. Each deadline sees the writes of those before it.
    for (std::size_t i = 0; i < kDeadlinesPerBlock; ++i)
    {
        const auto due = due_deadline(step.state(), step.context().time);
        if (!due)
            break;
        take(step, *due);
    }
    return accepted;
}

void tell_modules(Step& step, const bitcoin::ChainChange& change)
{
    Modules::for_each([&]<typename M>() {
        if constexpr (requires { M::on_chain(step, change); })
        {
            if (change.owner == 0 || change.owner == M::kNumber)
                M::on_chain(step, change);
        }
    });
}

/// Whoever asked for an effect follows what was said of it.
void tell_modules(Step& step, const EffectId& id)
{
    Modules::for_each([&]<typename M>() {
        if constexpr (requires { M::on_effect(step, id); })
            M::on_effect(step, id);
    });
}

/// An event of a module, handed to that module's transition for its kind; what it does to the best
/// chain or to an effect is handed on to those whom it concerns.
template <typename... Kinds>
Verdict transition(Step& step, const std::variant<Kinds...>& event)
{
    return std::visit(
        [&](const auto& kind) {
            if constexpr (std::is_same_v<std::variant<Kinds...>, bitcoin::Event>)
            {
                std::vector<bitcoin::ChainChange> chain;
                const auto verdict = transition(step, kind, chain);
                for (const auto& change : chain)
                    tell_modules(step, change);
                return verdict;
            }
            else
            {
                const auto verdict = transition(step, kind);
                if constexpr (std::is_same_v<std::variant<Kinds...>, outbox::Event> &&
                              requires { kind.id; })
                {
                    if (verdict.accepted())
                        tell_modules(step, kind.id);
                }
                return verdict;
            }
        },
        event);
}

Fate fate_of(const Event& event, const Verdict& verdict, bool admitted)
{
    if (verdict.accepted())
        return Fate::applied;
    if (stays_outside(verdict))
        return Fate::outside;
    const bool is_observation = std::holds_alternative<Origin>(event.author);
    return is_observation && admitted ? Fate::ignored : Fate::refused;
}
}  // namespace

void fold(const StateView& before, const Context& context, const Event& event, Outcome& outcome,
    ClaimMemo* memo)
{
    outcome.clear();
    Step step{before, context, outcome, memo};
    const auto allowed = std::visit([](const auto& body) { return authors(body); }, event.body);
    auto verdict =
        std::visit([&](const auto& author) { return admit(step, allowed, author); }, event.author);
    const bool admitted = verdict.accepted();
    if (admitted)
        verdict = std::visit([&](const auto& body) { return transition(step, body); }, event.body);
    if (!verdict.accepted() && std::holds_alternative<Genesis>(event.body))
        outcome.clear();  // Its parts are judged one after the other, each on its own.
    ENSURE(verdict.accepted() || step.is_untouched());  // Rules decide before they act.

    outcome.verdict = verdict;
    outcome.fate = fate_of(event, verdict, admitted);
    if (enters_the_log(outcome.fate))
        std::visit([&](const auto& author) { record(step, author); }, event.author);
    outcome.changes.drop_unchanged();
}

Outcome fold(const StateView& before, const Context& context, const Event& event)
{
    Outcome outcome;
    fold(before, context, event, outcome);
    return outcome;
}

bool has_due_deadline(const StateView& state, LogTime time)
{
    return due_deadline(state, time).has_value();
}

std::optional<LogTime> first_deadline(const StateView& state)
{
    const auto first = due_deadline(state, LogTime{INT64_MAX});
    return first ? std::optional{first->time} : std::nullopt;
}
}  // namespace engine

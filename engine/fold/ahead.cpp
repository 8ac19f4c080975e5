#include "engine/fold/ahead.hpp"

#include "engine/domain/access/state.hpp"

namespace engine
{
namespace
{
template <typename Kind>
void claims_of_kind(const StateView& state, const Kind& kind, ClaimList& out)
{
    if constexpr (requires { claims(state, kind, out); })
        claims(state, kind, out);
}
template <typename... Kinds>
void claims_of_kind(const StateView& state, const std::variant<Kinds...>& event, ClaimList& out)
{
    std::visit([&](const auto& kind) { claims_of_kind(state, kind, out); }, event);
}

template <typename Kind>
void rows_of_kind(const Kind& kind, RowList& out)
{
    if constexpr (requires { touches(kind, out); })
        touches(kind, out);
}
template <typename... Kinds>
void rows_of_kind(const std::variant<Kinds...>& event, RowList& out)
{
    std::visit([&](const auto& kind) { rows_of_kind(kind, out); }, event);
}

void rows_of_author(const EngineAuthor&, RowList&) {}
void rows_of_author(const Authorization& author, RowList& out)
{
    out.add(access::kOperators, author.key);
}
void rows_of_author(const Origin& author, RowList& out)
{
    out.add(access::kSources, author.source);
}
}  // namespace

void claims_of(const StateView& state, const Event& event, ClaimList& out)
{
    std::visit([&](const auto& body) { claims_of_kind(state, body, out); }, event.body);
}

void rows_of(const Event& event, RowList& out)
{
    std::visit([&](const auto& author) { rows_of_author(author, out); }, event.author);
    std::visit([&](const auto& body) { rows_of_kind(body, out); }, event.body);
}
}  // namespace engine

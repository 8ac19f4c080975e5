#pragma once

#include "engine/base/types.hpp"

#include <concepts>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace engine
{
/// A question whose answer takes long and depends on its own members alone: is this signature one
/// of the key that the state names? `id` is a tagged hash of all inputs, the kind of question among
/// them; `holds` is pure. So an answer may be kept and may be worked out anywhere.
template <typename C>
concept Claim = requires(const C& claim)
{
    // clang-format off
    { claim.id() } -> std::same_as<Hash256>;
    { claim.holds() } -> std::same_as<bool>;
    // clang-format on
};

/// Keeps answers to claims. It can't affect a result: what it forgets is asked again.
class ClaimMemo
{
public:
    virtual ~ClaimMemo() = default;

    virtual std::optional<bool> find(const Hash256& claim) const = 0;
    virtual void keep(const Hash256& claim, bool holds) = 0;
};

/// Claims of any kind, to be answered elsewhere before a rule asks.
class ClaimList
{
    struct AnyClaim
    {
        virtual ~AnyClaim() = default;
        virtual bool holds() const = 0;
    };

    template <Claim C>
    struct Of final : AnyClaim
    {
        C claim;

        explicit Of(C c) : claim{std::move(c)} {}
        bool holds() const override { return claim.holds(); }
    };

public:
    /// A claim and its id.
    class Entry
    {
        Hash256 m_id;
        std::unique_ptr<const AnyClaim> m_claim;

    public:
        Entry(const Hash256& id, std::unique_ptr<const AnyClaim> claim)
          : m_id{id}, m_claim{std::move(claim)}
        {}

        const Hash256& id() const noexcept { return m_id; }
        bool holds() const { return m_claim->holds(); }
    };

    /// Answers that are known already; their claims are not taken in.
    explicit ClaimList(const ClaimMemo* known = nullptr) : m_known{known} {}

    template <Claim C>
    void add(C claim)
    {
        const auto id = claim.id();
        if (m_known != nullptr && m_known->find(id))
            return;
        m_entries.push_back({id, std::make_unique<Of<C>>(std::move(claim))});
    }

    const std::vector<Entry>& entries() const noexcept { return m_entries; }
    bool empty() const noexcept { return m_entries.empty(); }

private:
    const ClaimMemo* m_known;
    std::vector<Entry> m_entries;
};
}  // namespace engine

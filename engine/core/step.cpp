#include "engine/core/step.hpp"

#include "engine/hash/sha256.hpp"

namespace engine
{
namespace
{
constexpr TaggedHasher kEffectHash{"refold/effect"};
}

Step::Step(const StateView& before, const Context& context, Outcome& outcome, ClaimMemo* memo)
  : m_context{context},
    m_before{before},
    m_outcome{outcome},
    m_state{before, outcome.changes},
    m_memo{memo}
{}

void Step::set(TableId table, ByteView key, std::optional<ByteView> row)
{
    const auto* touched = m_outcome.changes.find(table, key);
    const auto before = touched != nullptr ? touched->before : m_before.get(table, key);
    m_outcome.changes.set(table, key, before, row);
}

EffectId Step::emit(std::uint16_t kind)
{
    SmallBytes<> preimage;
    encode_value(preimage, m_context.genesis);
    encode_value(preimage, m_context.place);
    encode_value(preimage, static_cast<std::uint32_t>(m_outcome.effects.size()));
    const EffectId id{kEffectHash(preimage.view()).bytes};
    m_outcome.effects.push_back({id, kind});
    return id;
}
}  // namespace engine

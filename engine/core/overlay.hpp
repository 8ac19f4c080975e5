#pragma once

#include "engine/core/changes.hpp"
#include "engine/core/state.hpp"

namespace engine
{
/// A state with changes laid over it. Owns neither.
class Overlay : public StateView
{
    const StateView& m_base;
    const Changes& m_changes;

public:
    Overlay(const StateView& base, const Changes& changes) : m_base{base}, m_changes{changes} {}

    std::optional<ByteView> get(TableId table, ByteView key) const override;
    void scan(TableId table, ByteView from, RowVisitor visit) const override;
};

/// A state as it was before some changes that it contains: their before-images laid over it.
class Underlay : public StateView
{
    const StateView& m_base;
    const Changes& m_changes;

public:
    Underlay(const StateView& base, const Changes& changes) : m_base{base}, m_changes{changes} {}

    std::optional<ByteView> get(TableId table, ByteView key) const override;
    void scan(TableId table, ByteView from, RowVisitor visit) const override;
};
}  // namespace engine

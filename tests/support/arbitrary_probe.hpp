#pragma once

#include "engine/domain/probe/events.hpp"
#include "tests/support/arbitrary_base.hpp"

namespace rc
{
template <>
struct Arbitrary<engine::probe::Genesis>
{
    static Gen<engine::probe::Genesis> arbitrary()
    {
        using G = engine::probe::Genesis;
        return gen::build<G>(gen::set(&G::enabled));
    }
};

template <>
struct Arbitrary<engine::probe::Probed>
{
    static Gen<engine::probe::Probed> arbitrary()
    {
        using namespace engine;
        using E = probe::Probed;
        return gen::build<E>(gen::set(&E::id),
            gen::set(&E::account, gen::inRange<std::uint64_t>(0, 4)),
            gen::set(&E::amount, test::edges<std::uint64_t>()));
    }
};

template <>
struct Arbitrary<engine::probe::Event>
{
    static Gen<engine::probe::Event> arbitrary()
    {
        return engine::test::any_of<engine::probe::Event, engine::probe::Probed>();
    }
};
}  // namespace rc

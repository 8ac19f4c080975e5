#include "tests/support/arbitrary_base.hpp"
#include "tests/support/arbitrary_event.hpp"

namespace rc
{
Gen<engine::probe::Genesis> Arbitrary<engine::probe::Genesis>::arbitrary()
{
    using G = engine::probe::Genesis;
    return gen::build<G>(gen::set(&G::enabled));
}

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
struct Arbitrary<engine::probe::AttesterSet>
{
    static Gen<engine::probe::AttesterSet> arbitrary()
    {
        using E = engine::probe::AttesterSet;
        return gen::build<E>(
            gen::set(&E::account, gen::inRange<std::uint64_t>(0, 4)), gen::set(&E::key));
    }
};

template <>
struct Arbitrary<engine::probe::Attested>
{
    static Gen<engine::probe::Attested> arbitrary()
    {
        using namespace engine;
        using E = probe::Attested;
        return gen::build<E>(gen::set(&E::id),
            gen::set(&E::account, gen::inRange<std::uint64_t>(0, 4)),
            gen::set(&E::amount, test::edges<std::uint64_t>()), gen::set(&E::signature));
    }
};

Gen<engine::probe::Event> Arbitrary<engine::probe::Event>::arbitrary()
{
    using namespace engine::probe;
    return engine::test::any_of<Event, Probed, AttesterSet, Attested>();
}
}  // namespace rc

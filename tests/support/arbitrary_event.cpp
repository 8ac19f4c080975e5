#include "tests/support/arbitrary_event.hpp"

#include "tests/support/arbitrary_base.hpp"

namespace rc
{
template <>
struct Arbitrary<engine::EngineAuthor>
{
    static Gen<engine::EngineAuthor> arbitrary() { return gen::just(engine::EngineAuthor{}); }
};

template <>
struct Arbitrary<engine::Authorization>
{
    static Gen<engine::Authorization> arbitrary()
    {
        using A = engine::Authorization;
        return gen::build<A>(gen::set(&A::key),
            gen::set(&A::sequence, engine::test::edges<std::uint64_t>()), gen::set(&A::expiry),
            gen::set(&A::signature));
    }
};

template <>
struct Arbitrary<engine::Origin>
{
    static Gen<engine::Origin> arbitrary()
    {
        using O = engine::Origin;
        return gen::build<O>(gen::set(&O::source),
            gen::set(&O::position, engine::test::edges<std::uint64_t>()), gen::set(&O::key),
            gen::set(&O::signature));
    }
};

Gen<engine::Author> Arbitrary<engine::Author>::arbitrary()
{
    using namespace engine;
    return test::any_of<Author, EngineAuthor, Authorization, Origin>();
}

template <>
struct Arbitrary<engine::Genesis>
{
    static Gen<engine::Genesis> arbitrary()
    {
        using namespace engine;
        return gen::apply(
            [](Hash256 random, LogTime time, access::Genesis access, bitcoin::Genesis bitcoin,
                peg::Genesis peg, probe::Genesis probe) {
                Genesis out{random, time, {}};
                std::get<access::Genesis>(out.modules) = std::move(access);
                std::get<bitcoin::Genesis>(out.modules) = std::move(bitcoin);
                std::get<peg::Genesis>(out.modules) = std::move(peg);
                std::get<probe::Genesis>(out.modules) = probe;
                return out;
            },
            gen::arbitrary<Hash256>(), gen::arbitrary<LogTime>(), gen::arbitrary<access::Genesis>(),
            gen::arbitrary<bitcoin::Genesis>(), gen::arbitrary<peg::Genesis>(),
            gen::arbitrary<probe::Genesis>());
    }
};

template <>
struct Arbitrary<engine::BlockOpened>
{
    static Gen<engine::BlockOpened> arbitrary() { return gen::just(engine::BlockOpened{}); }
};

Gen<engine::Body> Arbitrary<engine::Body>::arbitrary()
{
    using namespace engine;
    return test::any_of<Body, Genesis, BlockOpened, access::Event, bitcoin::Event, outbox::Event,
        peg::Event, probe::Event>();
}

Gen<engine::Event> Arbitrary<engine::Event>::arbitrary()
{
    using E = engine::Event;
    return gen::build<E>(gen::set(&E::author), gen::set(&E::body));
}
}  // namespace rc

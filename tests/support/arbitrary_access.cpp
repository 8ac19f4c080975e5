#include "tests/support/arbitrary_base.hpp"
#include "tests/support/arbitrary_event.hpp"

namespace rc
{
template <>
struct Arbitrary<engine::access::SourceDeclaration>
{
    static Gen<engine::access::SourceDeclaration> arbitrary()
    {
        using namespace engine;
        using S = access::SourceDeclaration;
        return gen::build<S>(gen::set(&S::id), gen::set(&S::name, test::text_up_to(64)),
            gen::set(&S::proof, gen::element(access::SourceProof::bitcoin, access::SourceProof::key,
                                    access::SourceProof::none)),
            gen::set(&S::key), gen::set(&S::events_per_second, test::edges<std::uint32_t>()),
            gen::set(&S::bytes_per_second, test::edges<std::uint32_t>()));
    }
};

template <>
struct Arbitrary<engine::access::RulesActivation>
{
    static Gen<engine::access::RulesActivation> arbitrary()
    {
        using A = engine::access::RulesActivation;
        return gen::build<A>(gen::set(&A::version), gen::set(&A::height));
    }
};

Gen<engine::access::Genesis> Arbitrary<engine::access::Genesis>::arbitrary()
{
    using namespace engine;
    using G = access::Genesis;
    return gen::build<G>(gen::set(&G::sequencer),
        gen::set(&G::operators, test::up_to<PublicKey>(3)),
        gen::set(&G::sources, test::up_to<access::SourceDeclaration>(3)),
        gen::set(&G::rules, test::up_to<access::RulesActivation>(3)),
        gen::set(&G::clock_jump_max_ms, test::edges<std::int64_t>()));
}

template <>
struct Arbitrary<engine::access::SourceDeclared>
{
    static Gen<engine::access::SourceDeclared> arbitrary()
    {
        using E = engine::access::SourceDeclared;
        return gen::build<E>(gen::set(&E::source));
    }
};

template <>
struct Arbitrary<engine::access::OperatorAdded>
{
    static Gen<engine::access::OperatorAdded> arbitrary()
    {
        using E = engine::access::OperatorAdded;
        return gen::build<E>(gen::set(&E::key));
    }
};

template <>
struct Arbitrary<engine::access::OperatorRemoved>
{
    static Gen<engine::access::OperatorRemoved> arbitrary()
    {
        using E = engine::access::OperatorRemoved;
        return gen::build<E>(gen::set(&E::key));
    }
};

template <>
struct Arbitrary<engine::access::ClockJumpAllowed>
{
    static Gen<engine::access::ClockJumpAllowed> arbitrary()
    {
        using E = engine::access::ClockJumpAllowed;
        return gen::build<E>(gen::set(&E::until));
    }
};

template <>
struct Arbitrary<engine::access::RulesScheduled>
{
    static Gen<engine::access::RulesScheduled> arbitrary()
    {
        using E = engine::access::RulesScheduled;
        return gen::build<E>(gen::set(&E::activation));
    }
};

Gen<engine::access::Event> Arbitrary<engine::access::Event>::arbitrary()
{
    using namespace engine::access;
    return engine::test::any_of<Event, SourceDeclared, OperatorAdded, OperatorRemoved,
        ClockJumpAllowed, RulesScheduled>();
}
}  // namespace rc

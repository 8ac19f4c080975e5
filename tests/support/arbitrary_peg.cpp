#include "tests/support/arbitrary_base.hpp"
#include "tests/support/arbitrary_event.hpp"

namespace rc
{
template <>
struct Arbitrary<engine::peg::Principal>
{
    static Gen<engine::peg::Principal> arbitrary()
    {
        using P = engine::peg::Principal;
        return gen::build<P>(gen::set(&P::version, gen::element<std::uint8_t>(0, 22, 26, 31)),
            gen::set(&P::hash), gen::set(&P::contract, engine::test::text_up_to(40)));
    }
};

Gen<engine::peg::Genesis> Arbitrary<engine::peg::Genesis>::arbitrary()
{
    using namespace engine;
    using G = peg::Genesis;
    return gen::build<G>(gen::set(&G::wallet_script, test::some_bytes()),
        gen::set(&G::confirmations, test::edges<std::uint32_t>()), gen::set(&G::minimum),
        gen::set(&G::allow_list_only));
}

template <>
struct Arbitrary<engine::peg::RecipientAllowed>
{
    static Gen<engine::peg::RecipientAllowed> arbitrary()
    {
        using E = engine::peg::RecipientAllowed;
        return gen::build<E>(gen::set(&E::recipient), gen::set(&E::until));
    }
};

template <>
struct Arbitrary<engine::peg::RecipientRemoved>
{
    static Gen<engine::peg::RecipientRemoved> arbitrary()
    {
        using E = engine::peg::RecipientRemoved;
        return gen::build<E>(gen::set(&E::recipient));
    }
};

Gen<engine::peg::Event> Arbitrary<engine::peg::Event>::arbitrary()
{
    using namespace engine::peg;
    return engine::test::any_of<Event, RecipientAllowed, RecipientRemoved>();
}
}  // namespace rc

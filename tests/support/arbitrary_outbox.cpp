#include "tests/support/arbitrary_base.hpp"
#include "tests/support/arbitrary_event.hpp"

namespace rc
{
template <>
struct Arbitrary<engine::outbox::EffectTaken>
{
    static Gen<engine::outbox::EffectTaken> arbitrary()
    {
        using E = engine::outbox::EffectTaken;
        return gen::build<E>(gen::set(&E::id),
            gen::set(&E::attempt, gen::inRange<std::uint32_t>(0, 4)),
            gen::set(&E::bytes, engine::test::some_bytes()));
    }
};

template <>
struct Arbitrary<engine::outbox::EffectSettled>
{
    static Gen<engine::outbox::EffectSettled> arbitrary()
    {
        using E = engine::outbox::EffectSettled;
        return gen::build<E>(gen::set(&E::id), gen::set(&E::evidence, engine::test::some_bytes()));
    }
};

template <>
struct Arbitrary<engine::outbox::EffectFailed>
{
    static Gen<engine::outbox::EffectFailed> arbitrary()
    {
        using E = engine::outbox::EffectFailed;
        return gen::build<E>(gen::set(&E::id),
            gen::set(&E::attempt, gen::inRange<std::uint32_t>(0, 4)),
            gen::set(&E::reason, engine::test::text_up_to(1024)), gen::set(&E::park));
    }
};

template <>
struct Arbitrary<engine::outbox::EffectRetried>
{
    static Gen<engine::outbox::EffectRetried> arbitrary()
    {
        using E = engine::outbox::EffectRetried;
        return gen::build<E>(gen::set(&E::id));
    }
};

template <>
struct Arbitrary<engine::outbox::HaltLifted>
{
    static Gen<engine::outbox::HaltLifted> arbitrary()
    {
        return gen::just(engine::outbox::HaltLifted{});
    }
};

template <>
struct Arbitrary<engine::outbox::HaltOrdered>
{
    static Gen<engine::outbox::HaltOrdered> arbitrary()
    {
        return gen::just(engine::outbox::HaltOrdered{});
    }
};

template <>
struct Arbitrary<engine::outbox::HaltRevoked>
{
    static Gen<engine::outbox::HaltRevoked> arbitrary()
    {
        return gen::just(engine::outbox::HaltRevoked{});
    }
};

Gen<engine::outbox::Event> Arbitrary<engine::outbox::Event>::arbitrary()
{
    using namespace engine::outbox;
    return engine::test::any_of<Event, EffectTaken, EffectSettled, EffectFailed, EffectRetried,
        HaltLifted, HaltOrdered, HaltRevoked>();
}
}  // namespace rc

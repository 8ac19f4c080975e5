#include "tests/support/arbitrary_base.hpp"
#include "tests/support/arbitrary_event.hpp"

namespace rc
{
template <>
struct Arbitrary<engine::bitcoin::ChainAnchor>
{
    static Gen<engine::bitcoin::ChainAnchor> arbitrary()
    {
        using namespace engine;
        using A = bitcoin::ChainAnchor;
        return gen::build<A>(gen::set(&A::header), gen::set(&A::height), gen::set(&A::work),
            gen::set(&A::period_start), gen::set(&A::period_bits, test::edges<std::uint32_t>()),
            gen::set(&A::last_times, test::up_to<ChainTime>(11)));
    }
};

Gen<engine::bitcoin::Genesis> Arbitrary<engine::bitcoin::Genesis>::arbitrary()
{
    using namespace engine;
    using G = bitcoin::Genesis;
    using enum bitcoin::Network;
    return gen::build<G>(gen::set(&G::network, gen::element(mainnet, testnet4, signet, regtest)),
        gen::set(&G::anchor), gen::set(&G::window, test::edges<std::uint32_t>()));
}

template <>
struct Arbitrary<engine::bitcoin::HeaderSeen>
{
    static Gen<engine::bitcoin::HeaderSeen> arbitrary()
    {
        using E = engine::bitcoin::HeaderSeen;
        return gen::build<E>(gen::set(&E::header));
    }
};

template <>
struct Arbitrary<engine::bitcoin::TransactionSeen>
{
    static Gen<engine::bitcoin::TransactionSeen> arbitrary()
    {
        using namespace engine;
        using E = bitcoin::TransactionSeen;
        return gen::build<E>(gen::set(&E::header),
            gen::set(&E::index, gen::inRange<std::uint32_t>(0, 3)),
            gen::set(&E::branch, test::up_to<Hash256>(3)),
            gen::set(&E::coinbase, test::some_bytes()),
            gen::set(&E::coinbase_branch, test::up_to<Hash256>(32)),
            gen::set(&E::transaction, test::some_bytes()));
    }
};

template <>
struct Arbitrary<engine::bitcoin::BlockScanned>
{
    static Gen<engine::bitcoin::BlockScanned> arbitrary()
    {
        using E = engine::bitcoin::BlockScanned;
        return gen::build<E>(
            gen::set(&E::block), gen::set(&E::watch_version, engine::test::edges<std::uint32_t>()));
    }
};

Gen<engine::bitcoin::Event> Arbitrary<engine::bitcoin::Event>::arbitrary()
{
    using namespace engine::bitcoin;
    return engine::test::any_of<Event, HeaderSeen, TransactionSeen, BlockScanned>();
}
}  // namespace rc

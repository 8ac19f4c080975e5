#pragma once

#include "engine/bitcoin/block.hpp"
#include "engine/bitcoin/merkle.hpp"
#include "engine/bitcoin/transaction.hpp"

#include <rapidcheck.h>

/// Transactions of every shape that the wire format has, small ones more often.
namespace rc
{
template <typename Tag, std::size_t N>
struct Arbitrary<engine::FixedBytes<Tag, N>>
{
    static Gen<engine::FixedBytes<Tag, N>> arbitrary()
    {
        // Few values, so that some are equal.
        return gen::map(gen::arbitrary<std::uint8_t>(), [](std::uint8_t byte) {
            engine::FixedBytes<Tag, N> id;
            id.bytes.fill(byte);
            id.bytes[N / 2] = 0xee;  // Reversed it is something else.
            return id;
        });
    }
};

template <>
struct Arbitrary<engine::Sats>
{
    static Gen<engine::Sats> arbitrary()
    {
        return gen::map(gen::element<std::uint64_t>(0, 1, 546, 100'000'000, engine::Sats::kMax),
            [](std::uint64_t raw) { return *engine::Sats::from(raw); });
    }
};

template <>
struct Arbitrary<engine::OutPoint>
{
    static Gen<engine::OutPoint> arbitrary()
    {
        return gen::build<engine::OutPoint>(gen::set(&engine::OutPoint::txid),
            gen::set(&engine::OutPoint::index, gen::element(0U, 1U, 0xffffffffU)));
    }
};

template <>
struct Arbitrary<engine::btc::Input>
{
    static Gen<engine::btc::Input> arbitrary()
    {
        using engine::btc::Input;
        return gen::build<Input>(gen::set(&Input::previous), gen::set(&Input::script_sig),
            gen::set(&Input::sequence), gen::set(&Input::witness));
    }
};

template <>
struct Arbitrary<engine::btc::Output>
{
    static Gen<engine::btc::Output> arbitrary()
    {
        using engine::btc::Output;
        return gen::build<Output>(gen::set(&Output::value), gen::set(&Output::script_pubkey));
    }
};

template <>
struct Arbitrary<engine::btc::Transaction>
{
    static Gen<engine::btc::Transaction> arbitrary()
    {
        using engine::btc::Transaction;
        return gen::scale(
            0.2, gen::build<Transaction>(gen::set(&Transaction::version),
                     gen::set(&Transaction::inputs,
                         gen::nonEmpty(gen::arbitrary<std::vector<engine::btc::Input>>())),
                     gen::set(&Transaction::outputs), gen::set(&Transaction::lock_time)));
    }
};
}  // namespace rc

#pragma once

// How to make the words that events are made of. A few ids only, and many edges: collisions and
// limits are where bugs live.

#include "engine/base/bytes.hpp"
#include "engine/base/sats.hpp"
#include "engine/base/types.hpp"

#include <rapidcheck.h>

#include <limits>
#include <string>

namespace engine::test
{
/// 0, 1, 2, a usual number, and the last two.
template <typename T>
rc::Gen<T> edges()
{
    using Limits = std::numeric_limits<T>;
    constexpr auto last = Limits::max();
    return rc::gen::oneOf(
        rc::gen::element<T>(T{0}, T{1}, T{2}, static_cast<T>(last - 1), last, Limits::min()),
        rc::gen::arbitrary<T>());
}

/// A text of at most that many bytes, not always ASCII, sometimes empty, sometimes as long as can
/// be.
inline rc::Gen<std::string> text_up_to(std::size_t bytes)
{
    return rc::gen::element<std::string>(
        "", "a", "mint", "Z\xC3\xBCrich \xE2\x82\xBF", std::string(bytes, 'x'));
}

/// A few byte strings, around the ends of words.
inline rc::Gen<Bytes> some_bytes()
{
    return rc::gen::mapcat(
        rc::gen::element<std::size_t>(0, 1, 7, 8, 9, 33, 250), [](std::size_t size) {
            return rc::gen::container<Bytes>(size, rc::gen::arbitrary<std::uint8_t>());
        });
}

/// Up to that many items.
template <typename T>
rc::Gen<std::vector<T>> up_to(std::size_t count)
{
    return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, count + 1), [](std::size_t size) {
        return rc::gen::container<std::vector<T>>(size, rc::gen::arbitrary<T>());
    });
}

/// One of the alternatives of a variant, each as often as the others.
template <typename Variant, typename... Kinds>
rc::Gen<Variant> any_of()
{
    return rc::gen::oneOf(rc::gen::map(
        rc::gen::arbitrary<Kinds>(), [](Kinds kind) { return Variant{std::move(kind)}; })...);
}
}  // namespace engine::test

namespace rc
{
template <typename Tag, std::size_t N>
struct Arbitrary<engine::FixedBytes<Tag, N>>
{
    static Gen<engine::FixedBytes<Tag, N>> arbitrary()
    {
        return gen::map(gen::inRange(0, 4), [](int i) {
            engine::FixedBytes<Tag, N> id;
            id.bytes[N - 1] = static_cast<std::uint8_t>(i);
            return id;
        });
    }
};

template <typename Tag, typename Rep>
struct Arbitrary<engine::Strong<Tag, Rep>>
{
    static Gen<engine::Strong<Tag, Rep>> arbitrary()
    {
        return gen::map(
            engine::test::edges<Rep>(), [](Rep value) { return engine::Strong<Tag, Rep>{value}; });
    }
};

template <>
struct Arbitrary<engine::Sats>
{
    static Gen<engine::Sats> arbitrary()
    {
        const auto edge = gen::element<std::uint64_t>(
            0, 1, 545, 546, 547, engine::Sats::kMax - 1, engine::Sats::kMax);
        const auto usual = gen::inRange<std::uint64_t>(0, 1'000'000);
        return gen::map(
            gen::oneOf(edge, usual), [](std::uint64_t raw) { return *engine::Sats::from(raw); });
    }
};

template <>
struct Arbitrary<engine::OutPoint>
{
    static Gen<engine::OutPoint> arbitrary()
    {
        return gen::build<engine::OutPoint>(gen::set(&engine::OutPoint::txid),
            gen::set(&engine::OutPoint::index, gen::inRange<std::uint32_t>(0, 3)));
    }
};
}  // namespace rc

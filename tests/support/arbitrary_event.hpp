#pragma once

// How to make an event: any author, any kind. Generators take long to compile, so they stand in
// files of their own. A new module is two declarations here and one line in Arbitrary<Body>.

#include "engine/fold/event.hpp"

#include <rapidcheck.h>

namespace rc
{
template <>
struct Arbitrary<engine::Author>
{
    static Gen<engine::Author> arbitrary();
};

template <>
struct Arbitrary<engine::access::Genesis>
{
    static Gen<engine::access::Genesis> arbitrary();
};

template <>
struct Arbitrary<engine::access::Event>
{
    static Gen<engine::access::Event> arbitrary();
};

template <>
struct Arbitrary<engine::bitcoin::Genesis>
{
    static Gen<engine::bitcoin::Genesis> arbitrary();
};

template <>
struct Arbitrary<engine::bitcoin::Event>
{
    static Gen<engine::bitcoin::Event> arbitrary();
};

template <>
struct Arbitrary<engine::outbox::Event>
{
    static Gen<engine::outbox::Event> arbitrary();
};

template <>
struct Arbitrary<engine::peg::Genesis>
{
    static Gen<engine::peg::Genesis> arbitrary();
};

template <>
struct Arbitrary<engine::peg::Event>
{
    static Gen<engine::peg::Event> arbitrary();
};

template <>
struct Arbitrary<engine::probe::Genesis>
{
    static Gen<engine::probe::Genesis> arbitrary();
};

template <>
struct Arbitrary<engine::probe::Event>
{
    static Gen<engine::probe::Event> arbitrary();
};

template <>
struct Arbitrary<engine::Body>
{
    static Gen<engine::Body> arbitrary();
};

template <>
struct Arbitrary<engine::Event>
{
    static Gen<engine::Event> arbitrary();
};
}  // namespace rc

#pragma once

// How a module's codec writes the members of a wire struct. What is empty is not written: there is
// one form of empty, and that is absence.

#include "engine/base/bytes.hpp"
#include "engine/base/strong.hpp"

#include <capnp/blob.h>

#include <string>
#include <vector>

namespace engine::writing
{
inline capnp::Data::Reader data(ByteView bytes)
{
    return {bytes.data(), bytes.size()};
}

template <typename Tag, std::size_t N>
capnp::Data::Reader data(const FixedBytes<Tag, N>& id)
{
    return {id.bytes.data(), N};
}

template <typename Builder>
using SetData = void (Builder::*)(capnp::Data::Reader);

template <typename Builder>
void bytes(Builder& out, SetData<Builder> set, ByteView value)
{
    if (!value.empty())
        (out.*set)(data(value));
}

/// An id whose zero is written as nothing.
template <typename Builder, typename Tag, std::size_t N>
void fixed_or_zero(Builder& out, SetData<Builder> set, const FixedBytes<Tag, N>& id)
{
    if (id != FixedBytes<Tag, N>{})
        (out.*set)(data(id));
}

/// Ids one after the other. `init` makes room for that many bytes.
template <typename Builder, typename Id>
void fixed_list(
    Builder& out, capnp::Data::Builder (Builder::*init)(unsigned int), const std::vector<Id>& ids)
{
    if (ids.empty())
        return;
    auto* place = (out.*init)(static_cast<unsigned int>(ids.size() * Id::kSize)).begin();
    for (const auto& id : ids)
        place = std::copy(id.bytes.begin(), id.bytes.end(), place);
}

template <typename Builder>
void text(Builder& out, void (Builder::*set)(capnp::Text::Reader), const std::string& value)
{
    if (!value.empty())
        (out.*set)({value.c_str(), value.size()});
}
}  // namespace engine::writing

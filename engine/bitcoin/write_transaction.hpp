#pragma once

#include "engine/base/types.hpp"
#include "engine/bitcoin/transaction.hpp"
#include "engine/bitcoin/write.hpp"

/// The parts of a transaction that are hashed by themselves, in the wire format.
namespace engine::btc
{
template <typename Sink>
void write(Sink& sink, const OutPoint& point)
{
    write_fixed(sink, point.txid);
    write_integer(sink, point.index);
}

template <typename Sink>
void write(Sink& sink, const Output& output)
{
    write_integer(sink, output.value.value());
    write_sized(sink, output.script_pubkey);
}
}  // namespace engine::btc

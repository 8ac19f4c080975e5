#pragma once

#include "engine/base/result.hpp"
#include "engine/bitcoin/transaction.hpp"
#include "engine/sbtc/fault.hpp"

namespace engine::sbtc
{
/// An output that an operation asks for.
Result<btc::Output, Fault> output_at(const btc::Transaction& transaction, std::size_t index);

/// The same, of one that pays an address: P2PKH, P2SH, P2WPKH, P2WSH or P2TR.
Result<btc::Output, Fault> payee_at(const btc::Transaction& transaction, std::size_t index);
}  // namespace engine::sbtc

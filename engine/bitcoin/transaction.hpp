#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/base/sats.hpp"
#include "engine/base/types.hpp"
#include "engine/bitcoin/decode_error.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace engine::btc
{
class Reader;

struct Input
{
    OutPoint previous;
    Bytes script_sig;
    std::uint32_t sequence = 0xffffffff;
    std::vector<Bytes> witness;  ///< Stack items, bottom first. Empty when there is none.

    friend bool operator==(const Input&, const Input&) = default;
};

struct Output
{
    Sats value;
    Bytes script_pubkey;

    friend bool operator==(const Output&, const Output&) = default;
};

struct Transaction
{
    std::uint32_t version = 2;
    std::vector<Input> inputs;
    std::vector<Output> outputs;
    std::uint32_t lock_time = 0;

    friend bool operator==(const Transaction&, const Transaction&) = default;
};

/// A transaction of exactly these bytes, with or without witness (BIP-144). What it returns encodes
/// to the same bytes. Its memory is at most a fixed multiple of the input's size.
Result<Transaction, DecodeFault> decode_transaction(ByteView bytes);

/// The next transaction of a longer input.
Transaction read_transaction(Reader& reader);

bool has_witness(const Transaction& transaction);

/// With the witness, if there is one.
Bytes encode(const Transaction& transaction);

/// Without the witness: what the txid is the hash of.
Bytes encode_stripped(const Transaction& transaction);

Txid txid(const Transaction& transaction);
Wtxid wtxid(const Transaction& transaction);

std::size_t size(const Transaction& transaction);
std::size_t stripped_size(const Transaction& transaction);

/// Three times the size without witness plus the size with it (BIP-141).
std::size_t weight(const Transaction& transaction);

/// Weight divided by four, rounded up: what fee rates count.
std::size_t virtual_size(const Transaction& transaction);

/// One input that spends nothing. Of the right form only; where it stands is the block's business.
bool is_coinbase(const Transaction& transaction);

/// What makes a transaction invalid wherever it stands, without looking at what it spends.
enum class TransactionFault : std::uint8_t
{
    no_inputs,
    no_outputs,
    too_large,             ///< Without witness heavier than a block may be.
    outputs_out_of_range,  ///< Together worth more than all coins.
    duplicate_input,
    coinbase_script_size,  ///< Of a coinbase: not 2 to 100 bytes.
    null_previous,         ///< Spends nothing, but is no coinbase.
};

std::string_view describe(TransactionFault fault);

/// The first fault in the order above.
std::optional<TransactionFault> find_fault(const Transaction& transaction);
}  // namespace engine::btc

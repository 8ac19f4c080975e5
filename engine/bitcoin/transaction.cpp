#include "engine/bitcoin/transaction.hpp"

#include "engine/base/check.hpp"
#include "engine/bitcoin/reader.hpp"
#include "engine/bitcoin/write_transaction.hpp"
#include "engine/hash/sha256.hpp"

#include <algorithm>

namespace engine::btc
{
namespace
{
constexpr std::size_t kInputSizeMin = 32 + 4 + 1 + 4;
constexpr std::size_t kOutputSizeMin = 8 + 1;
constexpr std::size_t kWitnessItemSizeMin = 1;
constexpr std::size_t kBlockWeightMax = 4'000'000;
constexpr std::uint32_t kNoIndex = 0xffffffff;

Bytes copy(ByteView bytes)
{
    return {bytes.begin(), bytes.end()};
}

Input read_input(Reader& reader)
{
    Input input;
    input.previous.txid = reader.fixed<Txid>();
    input.previous.index = reader.integer<std::uint32_t>();
    input.script_sig = copy(reader.sized_bytes());
    input.sequence = reader.integer<std::uint32_t>();
    return input;
}

Output read_output(Reader& reader)
{
    Output output;
    const auto value = Sats::from(reader.integer<std::uint64_t>());
    if (!value)
        reader.fail(DecodeError::amount_out_of_range);
    output.value = value.value_or(Sats{});
    output.script_pubkey = copy(reader.sized_bytes());
    return output;
}

std::vector<Bytes> read_witness(Reader& reader)
{
    std::vector<Bytes> stack(reader.count(kWitnessItemSizeMin));
    for (auto& item : stack)
        item = copy(reader.sized_bytes());
    return stack;
}

/// The number of inputs, and whether a witness follows the outputs.
std::size_t read_input_count(Reader& reader, bool& witness)
{
    auto count = reader.count(kInputSizeMin);
    witness = false;
    if (count != 0 || !reader.ok())
        return count;

    // BIP144: a marker of zero in the place of the number of inputs, then a flag.
    const auto flag = reader.integer<std::uint8_t>();
    if (flag > 1)
        reader.fail(DecodeError::unknown_flag);
    witness = flag == 1;
    if (witness)
        count = reader.count(kInputSizeMin);
    if (count == 0)
        reader.fail(DecodeError::no_inputs);
    return count;
}

template <typename Sink>
void write_transaction(Sink& sink, const Transaction& transaction, bool witness)
{
    write_integer(sink, transaction.version);
    if (witness)
        write_integer(sink, std::uint16_t{0x0100});  // Marker 00, flag 01.
    write_compact_size(sink, transaction.inputs.size());
    for (const auto& input : transaction.inputs)
    {
        write(sink, input.previous);
        write_sized(sink, input.script_sig);
        write_integer(sink, input.sequence);
    }
    write_compact_size(sink, transaction.outputs.size());
    for (const auto& output : transaction.outputs)
        write(sink, output);
    if (witness)
    {
        for (const auto& input : transaction.inputs)
        {
            write_compact_size(sink, input.witness.size());
            for (const auto& item : input.witness)
                write_sized(sink, item);
        }
    }
    write_integer(sink, transaction.lock_time);
}

std::size_t size(const Transaction& transaction, bool witness)
{
    SizeSink sink;
    write_transaction(sink, transaction, witness);
    return sink.size;
}

Bytes encode(const Transaction& transaction, bool witness)
{
    ByteSink sink;
    sink.bytes.reserve(size(transaction, witness));
    write_transaction(sink, transaction, witness);
    return std::move(sink.bytes);
}

Hash256 hash(const Transaction& transaction, bool witness)
{
    Sha256 sink;
    write_transaction(sink, transaction, witness);
    return sha256(sink.finish().bytes);
}

bool is_null(const OutPoint& point)
{
    return point.txid == Txid{} && point.index == kNoIndex;
}

bool has_duplicate_input(const Transaction& transaction)
{
    std::vector<OutPoint> points;
    points.reserve(transaction.inputs.size());
    for (const auto& input : transaction.inputs)
        points.push_back(input.previous);
    std::sort(points.begin(), points.end());
    return std::adjacent_find(points.begin(), points.end()) != points.end();
}

bool outputs_in_range(const Transaction& transaction)
{
    std::optional<Sats> total = Sats{};
    for (const auto& output : transaction.outputs)
    {
        total = add(*total, output.value);
        if (!total)
            return false;
    }
    return true;
}
}  // namespace

Transaction read_transaction(Reader& reader)
{
    Transaction transaction;
    bool witness = false;
    transaction.version = reader.integer<std::uint32_t>();
    transaction.inputs.resize(read_input_count(reader, witness));
    for (auto& input : transaction.inputs)
        input = read_input(reader);
    transaction.outputs.resize(reader.count(kOutputSizeMin));
    for (auto& output : transaction.outputs)
        output = read_output(reader);
    if (witness)
    {
        for (auto& input : transaction.inputs)
            input.witness = read_witness(reader);
        if (reader.ok() && !has_witness(transaction))
            reader.fail(DecodeError::superfluous_witness);
    }
    transaction.lock_time = reader.integer<std::uint32_t>();
    return transaction;
}

Result<Transaction, DecodeFault> decode_transaction(ByteView bytes)
{
    Reader reader{bytes};
    auto transaction = read_transaction(reader);
    reader.expect_end();
    if (!reader.ok())
        return Failure{*reader.fault()};
    return transaction;
}

bool has_witness(const Transaction& transaction)
{
    return std::any_of(transaction.inputs.begin(), transaction.inputs.end(),
        [](const Input& input) { return !input.witness.empty(); });
}

Bytes encode(const Transaction& transaction)
{
    return encode(transaction, has_witness(transaction));
}

Bytes encode_stripped(const Transaction& transaction)
{
    return encode(transaction, false);
}

Txid txid(const Transaction& transaction)
{
    return retag<Txid>(hash(transaction, false));
}

Wtxid wtxid(const Transaction& transaction)
{
    return retag<Wtxid>(hash(transaction, has_witness(transaction)));
}

std::size_t size(const Transaction& transaction)
{
    return size(transaction, has_witness(transaction));
}

std::size_t stripped_size(const Transaction& transaction)
{
    return size(transaction, false);
}

std::size_t weight(const Transaction& transaction)
{
    return 3 * stripped_size(transaction) + size(transaction);
}

std::size_t virtual_size(const Transaction& transaction)
{
    return (weight(transaction) + 3) / 4;
}

bool is_coinbase(const Transaction& transaction)
{
    return transaction.inputs.size() == 1 && is_null(transaction.inputs[0].previous);
}

std::string_view describe(TransactionFault fault)
{
    switch (fault)
    {
        case TransactionFault::no_inputs:
            return "the transaction has no inputs";
        case TransactionFault::no_outputs:
            return "the transaction has no outputs";
        case TransactionFault::too_large:
            return "the transaction is larger than a block";
        case TransactionFault::outputs_out_of_range:
            return "the outputs are together worth more than all coins";
        case TransactionFault::duplicate_input:
            return "the transaction spends one output twice";
        case TransactionFault::coinbase_script_size:
            return "the coinbase's script has not 2 to 100 bytes";
        case TransactionFault::null_previous:
            return "an input spends nothing, but this is no coinbase";
    }
    ENSURE(!"a declared fault");
    return {};
}

std::optional<TransactionFault> find_fault(const Transaction& transaction)
{
    if (transaction.inputs.empty())
        return TransactionFault::no_inputs;
    if (transaction.outputs.empty())
        return TransactionFault::no_outputs;
    if (stripped_size(transaction) > kBlockWeightMax / 4)
        return TransactionFault::too_large;
    if (!outputs_in_range(transaction))
        return TransactionFault::outputs_out_of_range;
    if (has_duplicate_input(transaction))
        return TransactionFault::duplicate_input;

    if (is_coinbase(transaction))
    {
        const auto script_size = transaction.inputs[0].script_sig.size();
        if (script_size < 2 || script_size > 100)
            return TransactionFault::coinbase_script_size;
        return std::nullopt;
    }
    if (std::any_of(transaction.inputs.begin(), transaction.inputs.end(),
            [](const Input& input) { return is_null(input.previous); }))
        return TransactionFault::null_previous;
    return std::nullopt;
}
}  // namespace engine::btc

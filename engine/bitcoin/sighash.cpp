#include "engine/bitcoin/sighash.hpp"

#include "engine/bitcoin/script.hpp"
#include "engine/bitcoin/write_transaction.hpp"
#include "engine/hash/sha256.hpp"

namespace engine::btc
{
namespace
{
bool covers_one_input(std::uint32_t type)
{
    return (type & sighash::kAnyoneCanPay) != 0;
}
bool covers_no_output(std::uint32_t type)
{
    return (type & 0x1f) == sighash::kNone;
}
bool covers_one_output(std::uint32_t type)
{
    return (type & 0x1f) == sighash::kSingle;
}

Bytes without_code_separators(ByteView script)
{
    Bytes kept;
    kept.reserve(script.size());
    Instructions instructions{script};
    auto before = instructions.rest();
    while (const auto instruction = instructions.next())
    {
        if (instruction->opcode != op::kCodeSeparator)
            append(kept, before.first(before.size() - instructions.rest().size()));
        before = instructions.rest();
    }
    append(kept, instructions.rest());  // What can't be walked over, as it stands.
    return kept;
}

void write_legacy_inputs(Sha256& sink, const Transaction& transaction, std::size_t signed_input,
    ByteView script_code, std::uint32_t type)
{
    const bool blank = covers_no_output(type) || covers_one_output(type);
    const auto write_input = [&](std::size_t i) {
        const auto& input = transaction.inputs[i];
        write(sink, input.previous);
        write_sized(sink, i == signed_input ? script_code : ByteView{});
        write_integer(sink, i != signed_input && blank ? 0U : input.sequence);
    };
    if (covers_one_input(type))
    {
        write_compact_size(sink, 1);
        return write_input(signed_input);
    }
    write_compact_size(sink, transaction.inputs.size());
    for (std::size_t i = 0; i < transaction.inputs.size(); ++i)
        write_input(i);
}

void write_legacy_outputs(
    Sha256& sink, const Transaction& transaction, std::size_t signed_input, std::uint32_t type)
{
    if (covers_no_output(type))
        return write_compact_size(sink, 0);
    if (!covers_one_output(type))
    {
        write_compact_size(sink, transaction.outputs.size());
        for (const auto& output : transaction.outputs)
            write(sink, output);
        return;
    }
    write_compact_size(sink, signed_input + 1);
    for (std::size_t i = 0; i < signed_input; ++i)
    {
        write_integer(sink, UINT64_MAX);  // A value of -1 and an empty script.
        write_compact_size(sink, 0);
    }
    write(sink, transaction.outputs[signed_input]);
}

Hash256 twice(Sha256& sink)
{
    return sha256(sink.finish().bytes);
}
}  // namespace

std::optional<Hash256> legacy_sighash(
    const Transaction& transaction, std::size_t input, ByteView script_code, std::uint32_t type)
{
    if (input >= transaction.inputs.size())
        return std::nullopt;
    if (covers_one_output(type) && input >= transaction.outputs.size())
    {
        Hash256 one;
        one.bytes[0] = 1;
        return one;
    }

    Sha256 sink;
    write_integer(sink, transaction.version);
    write_legacy_inputs(sink, transaction, input, without_code_separators(script_code), type);
    write_legacy_outputs(sink, transaction, input, type);
    write_integer(sink, transaction.lock_time);
    write_integer(sink, type);
    return twice(sink);
}

SegwitSighash::SegwitSighash(const Transaction& transaction) : m_transaction{transaction}
{
    Sha256 prevouts;
    Sha256 sequences;
    for (const auto& input : transaction.inputs)
    {
        write(prevouts, input.previous);
        write_integer(sequences, input.sequence);
    }
    Sha256 outputs;
    for (const auto& output : transaction.outputs)
        write(outputs, output);

    m_prevouts = twice(prevouts);
    m_sequences = twice(sequences);
    m_outputs = twice(outputs);
}

std::optional<Hash256> SegwitSighash::hash(
    std::size_t index, ByteView script_code, Sats amount, std::uint32_t type) const
{
    if (index >= m_transaction.inputs.size())
        return std::nullopt;
    const bool one_input = covers_one_input(type);
    const bool all_outputs = !covers_no_output(type) && !covers_one_output(type);

    auto outputs = all_outputs ? m_outputs : Hash256{};
    if (covers_one_output(type) && index < m_transaction.outputs.size())
    {
        Sha256 one;
        write(one, m_transaction.outputs[index]);
        outputs = twice(one);
    }

    const auto& input = m_transaction.inputs[index];
    Sha256 sink;
    write_integer(sink, m_transaction.version);
    write_fixed(sink, one_input ? Hash256{} : m_prevouts);
    write_fixed(sink, one_input || !all_outputs ? Hash256{} : m_sequences);
    write(sink, input.previous);
    write_sized(sink, script_code);
    write_integer(sink, amount.value());
    write_integer(sink, input.sequence);
    write_fixed(sink, outputs);
    write_integer(sink, m_transaction.lock_time);
    write_integer(sink, type);
    return twice(sink);
}
}  // namespace engine::btc

#include "engine/bitcoin/taproot_sighash.hpp"

#include "engine/bitcoin/write_transaction.hpp"
#include "engine/hash/sha256.hpp"

#include <algorithm>

namespace engine::btc
{
namespace
{
constexpr TaggedHasher kTapSighash{"TapSighash"};
constexpr std::uint8_t kEpoch = 0;
constexpr std::uint8_t kKeyVersion = 0;
constexpr std::uint8_t kAnnexTag = 0x50;

bool is_type(std::uint8_t type)
{
    const auto outputs = type & ~sighash::kAnyoneCanPay;
    return outputs <= sighash::kSingle && type != sighash::kAnyoneCanPay;
}

Hash256 annex_hash(ByteView annex)
{
    Sha256 hash;
    write_sized(hash, annex);
    return hash.finish();
}
}  // namespace

TaprootSighash::TaprootSighash(const Transaction& transaction, std::span<const Output> spent)
  : m_transaction{transaction}, m_spent{spent}
{
    Sha256 prevouts;
    Sha256 sequences;
    for (const auto& input : transaction.inputs)
    {
        write(prevouts, input.previous);
        write_integer(sequences, input.sequence);
    }
    Sha256 amounts;
    Sha256 scripts;
    for (const auto& output : spent)
    {
        write_integer(amounts, output.value.value());
        write_sized(scripts, output.script_pubkey);
    }
    Sha256 outputs;
    for (const auto& output : transaction.outputs)
        write(outputs, output);

    m_prevouts = prevouts.finish();
    m_amounts = amounts.finish();
    m_scripts = scripts.finish();
    m_sequences = sequences.finish();
    m_outputs = outputs.finish();
}

std::optional<TaprootSighash> TaprootSighash::of(
    const Transaction& transaction, std::span<const Output> spent)
{
    if (spent.size() != transaction.inputs.size())
        return std::nullopt;
    return TaprootSighash{transaction, spent};
}

std::optional<Hash256> TaprootSighash::hash(std::size_t index, const TaprootSpend& spend) const
{
    const bool one_input = (spend.type & sighash::kAnyoneCanPay) != 0;
    const auto outputs = spend.type & ~sighash::kAnyoneCanPay;
    const bool one_output = outputs == sighash::kSingle;
    const bool all_outputs = outputs == sighash::kAll || spend.type == sighash::kDefault;

    if (index >= m_transaction.inputs.size() || !is_type(spend.type))
        return std::nullopt;
    if (one_output && index >= m_transaction.outputs.size())
        return std::nullopt;
    if (spend.annex && (spend.annex->empty() || spend.annex->front() != kAnnexTag))
        return std::nullopt;

    auto sink = kTapSighash.start();
    write_integer(sink, kEpoch);
    write_integer(sink, spend.type);
    write_integer(sink, m_transaction.version);
    write_integer(sink, m_transaction.lock_time);
    if (!one_input)
        sink.update(m_prevouts).update(m_amounts).update(m_scripts).update(m_sequences);
    if (all_outputs)
        sink.update(m_outputs);

    const int extension = spend.tapscript ? 1 : 0;
    write_integer(sink, static_cast<std::uint8_t>(extension * 2 + (spend.annex ? 1 : 0)));
    if (one_input)
    {
        write(sink, m_transaction.inputs[index].previous);
        write(sink, m_spent[index]);
        write_integer(sink, m_transaction.inputs[index].sequence);
    }
    else
    {
        write_integer(sink, static_cast<std::uint32_t>(index));
    }
    if (spend.annex)
        sink.update(annex_hash(*spend.annex));
    if (one_output)
    {
        Sha256 one;
        write(one, m_transaction.outputs[index]);
        sink.update(one.finish());
    }
    if (spend.tapscript)
    {
        sink.update(spend.tapscript->leaf);
        write_integer(sink, kKeyVersion);
        write_integer(sink, spend.tapscript->code_separator);
    }
    return sink.finish();
}

std::optional<TaprootSignature> decode_taproot_signature(ByteView item)
{
    if (item.size() != 64 && item.size() != 65)
        return std::nullopt;
    TaprootSignature signature;
    std::copy_n(item.begin(), 64, signature.signature.bytes.begin());
    if (item.size() == 64)
        return signature;
    signature.type = item[64];
    if (signature.type == sighash::kDefault || !is_type(signature.type))
        return std::nullopt;
    return signature;
}

Bytes encode(const TaprootSignature& signature)
{
    const auto& bytes = signature.signature.bytes;
    Bytes item{bytes.begin(), bytes.end()};
    if (signature.type != sighash::kDefault)
        item.push_back(signature.type);
    return item;
}

std::optional<ByteView> find_annex(std::span<const Bytes> witness)
{
    if (witness.size() < 2 || witness.back().empty() || witness.back().front() != kAnnexTag)
        return std::nullopt;
    return witness.back();
}
}  // namespace engine::btc

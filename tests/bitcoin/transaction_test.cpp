#include "engine/bitcoin/transaction.hpp"

#include "arbitrary.hpp"
#include "engine/bitcoin/reader.hpp"
#include "engine/bitcoin/write.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine::btc
{
namespace
{
// One input, one output, no scripts: 60 bytes, in the parts that tests take apart.
const std::string kVersion = "02000000";
const std::string kInput = "01" + std::string(64, '1') + "00000000" + "00" + "ffffffff";
const std::string kOutput = "01" + std::string{"0100000000000000"} + "00";
const std::string kLockTime = "00000000";

std::optional<DecodeError> error_of(const std::string& digits)
{
    const auto decoded = decode_transaction(hex(digits));
    return decoded ? std::nullopt : std::optional{decoded.error().error};
}

TEST(Transaction, SmallestIsDecoded)
{
    const auto decoded = decode_transaction(hex(kVersion + kInput + kOutput + kLockTime));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->version, 2U);
    EXPECT_EQ(decoded->inputs.size(), 1U);
    EXPECT_EQ(decoded->inputs[0].sequence, 0xffffffffU);
    EXPECT_EQ(decoded->outputs.at(0).value, *Sats::from(1));
    EXPECT_EQ(size(*decoded), 60U);
    EXPECT_EQ(weight(*decoded), 240U);
}

TEST(Transaction, EveryFaultOfTheEncodingIsNamed)
{
    struct Row
    {
        std::string name;
        std::string digits;
        DecodeError error;
    };
    const std::string count = "fd0100";  // 1 in three bytes.
    const Row rows[] = {
        {"nothing", "", DecodeError::truncated},
        {"no lock time", kVersion + kInput + kOutput, DecodeError::truncated},
        {"a byte too many", kVersion + kInput + kOutput + kLockTime + "00",
            DecodeError::trailing_bytes},
        {"long count of inputs", kVersion + count + kInput.substr(2) + kOutput + kLockTime,
            DecodeError::size_not_minimal},
        {"long count of outputs", kVersion + kInput + "fe01000000" + kOutput.substr(2) + kLockTime,
            DecodeError::size_not_minimal},
        {"a million inputs", kVersion + "fe40420f00" + kInput, DecodeError::truncated},
        {"more inputs than memory", kVersion + "ffffffffffffffffff" + kInput,
            DecodeError::truncated},
        {"no inputs", kVersion + "00" + "00" + kLockTime, DecodeError::no_inputs},
        {"no inputs, one output: reads as marker and flag", kVersion + "00" + kOutput + kLockTime,
            DecodeError::truncated},
        {"marker and no inputs", kVersion + "0001" + "00" + kOutput + kLockTime,
            DecodeError::no_inputs},
        {"unknown flag", kVersion + "0002" + kInput + kOutput + "00" + kLockTime,
            DecodeError::unknown_flag},
        {"marker and no witness", kVersion + "0001" + kInput + kOutput + "00" + kLockTime,
            DecodeError::superfluous_witness},
        {"a satoshi more than all", kVersion + kInput + "010140075af0750700" + "00" + kLockTime,
            DecodeError::amount_out_of_range},
        {"less than nothing", kVersion + kInput + "01ffffffffffffffff" + "00" + kLockTime,
            DecodeError::amount_out_of_range},
    };
    for (const auto& row : rows)
        EXPECT_EQ(error_of(row.digits), row.error) << row.name;
}

TEST(Transaction, AllCoinsInOneOutputAreTaken)
{
    EXPECT_EQ(error_of(kVersion + kInput + "010040075af0750700" + "00" + kLockTime), std::nullopt);
}

TEST(Transaction, FaultTellsWhereItIs)
{
    const auto decoded = decode_transaction(hex(kVersion + kInput + kOutput + kLockTime + "00"));
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error(), (DecodeFault{DecodeError::trailing_bytes, 60}));
}

TEST(Transaction, WitnessWeighsAQuarter)
{
    auto transaction = *decode_transaction(hex(kVersion + kInput + kOutput + kLockTime));
    transaction.inputs[0].witness = {Bytes(65, 1)};
    // Marker and flag, one item, its size, the item.
    EXPECT_EQ(weight(transaction), 240U + 2 + 1 + 1 + 65);
    EXPECT_EQ(virtual_size(transaction), 78U);  // 77.25, rounded up.
    EXPECT_EQ(stripped_size(transaction), 60U);
}

TEST(Transaction, WitnessChangesTheWtxidOnly)
{
    auto transaction = *decode_transaction(hex(kVersion + kInput + kOutput + kLockTime));
    EXPECT_EQ(txid(transaction).bytes, wtxid(transaction).bytes);
    const auto id = txid(transaction);
    transaction.inputs[0].witness = {{}};
    EXPECT_EQ(txid(transaction), id);
    EXPECT_NE(wtxid(transaction).bytes, id.bytes);
}

TEST(Transaction, EveryFaultOfAWholeTransactionIsNamed)
{
    const auto good = *decode_transaction(hex(kVersion + kInput + kOutput + kLockTime));
    EXPECT_EQ(find_fault(good), std::nullopt);

    auto t = good;
    t.inputs.clear();
    EXPECT_EQ(find_fault(t), TransactionFault::no_inputs);

    t = good;
    t.outputs.clear();
    EXPECT_EQ(find_fault(t), TransactionFault::no_outputs);

    t = good;
    t.outputs[0].script_pubkey.resize(1'000'000 - 60 - 4);
    EXPECT_EQ(find_fault(t), std::nullopt);
    t.outputs[0].script_pubkey.resize(1'000'000 - 60 - 3);
    EXPECT_EQ(find_fault(t), TransactionFault::too_large);

    t = good;
    t.outputs.push_back({*Sats::from(Sats::kMax - 1), {}});
    EXPECT_EQ(find_fault(t), std::nullopt);
    t.outputs.push_back({*Sats::from(1), {}});
    EXPECT_EQ(find_fault(t), TransactionFault::outputs_out_of_range);

    t = good;
    t.inputs.push_back(t.inputs[0]);
    EXPECT_EQ(find_fault(t), TransactionFault::duplicate_input);

    t = good;
    t.inputs[0].previous = OutPoint{{}, 0xffffffff};
    for (const std::size_t size : {0U, 1U, 101U})
    {
        t.inputs[0].script_sig.assign(size, 0);
        EXPECT_EQ(find_fault(t), TransactionFault::coinbase_script_size) << size;
    }
    for (const std::size_t size : {2U, 100U})
    {
        t.inputs[0].script_sig.assign(size, 0);
        EXPECT_EQ(find_fault(t), std::nullopt) << size;
    }

    t.inputs.push_back(good.inputs[0]);
    EXPECT_EQ(find_fault(t), TransactionFault::null_previous);
}

TEST(Transaction, EveryValidVectorOfBitcoinCoreIsDecodedAndFaultless)
{
    const auto rows = read_json_vector("bitcoin-core/tx_valid.json");
    SKIP_WITHOUT(rows, "bitcoin-core/tx_valid.json");

    int used = 0;
    for (const auto& row : rows->as_array())
    {
        if (!row.at(0).is_array())
            continue;  // A comment.
        const auto bytes = hex(row.at(1));
        const auto decoded = decode_transaction(bytes);
        ASSERT_TRUE(decoded) << text(row.at(1)) << ": " << describe(decoded.error().error);
        EXPECT_EQ(encode(*decoded), bytes);
        EXPECT_EQ(find_fault(*decoded), std::nullopt) << text(row.at(1));
        ++used;
    }
    EXPECT_EQ(used, 121);
}

TEST(Transaction, InvalidVectorsOfBitcoinCoreAreRefusedWhereNoScriptDecides)
{
    const auto rows = read_json_vector("bitcoin-core/tx_invalid.json");
    SKIP_WITHOUT(rows, "bitcoin-core/tx_invalid.json");

    int refused = 0;
    int decided_by_scripts = 0;
    for (const auto& row : rows->as_array())
    {
        if (!row.at(0).is_array())
            continue;
        const auto bytes = hex(row.at(1));
        const auto decoded = decode_transaction(bytes);
        if (text(row.at(2)) == "BADTX")
        {
            // Bitcoin Core decodes amounts out of range and refuses them afterwards.
            EXPECT_TRUE(!decoded || find_fault(*decoded)) << text(row.at(1));
            ++refused;
            continue;
        }
        ASSERT_TRUE(decoded) << text(row.at(1)) << ": " << describe(decoded.error().error);
        EXPECT_EQ(encode(*decoded), bytes);
        ++decided_by_scripts;
    }
    EXPECT_EQ(refused, 9);
    EXPECT_EQ(decided_by_scripts, 84);
}

RC_GTEST_PROP(Transaction, EncodedIsDecodedTheSame, (const Transaction& transaction))
{
    const auto bytes = encode(transaction);
    const auto decoded = decode_transaction(bytes);
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == transaction);
    RC_ASSERT(encode(*decoded) == bytes);
    RC_ASSERT(size(transaction) == bytes.size());
    RC_ASSERT(stripped_size(transaction) == encode_stripped(transaction).size());
}

RC_GTEST_PROP(Transaction, TruncatedIsNeverDecoded, (const Transaction& transaction))
{
    const auto bytes = encode(transaction);
    const auto kept = *rc::gen::inRange<std::size_t>(0, bytes.size());
    RC_ASSERT(!decode_transaction(ByteView{bytes}.first(kept)).has_value());
}

RC_GTEST_PROP(
    Transaction, ChangedBytesNeverCrashAndNeverDecodeInexactly, (const Transaction& transaction))
{
    auto bytes = encode(transaction);
    const auto changes = *rc::gen::inRange(1, 5);
    for (int i = 0; i < changes; ++i)
    {
        const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
        bytes[at] = *rc::gen::element<std::uint8_t>(0, 1, 0x4c, 0xfd, 0xfe, 0xff);
    }
    const auto decoded = decode_transaction(bytes);
    if (decoded)
        RC_ASSERT(encode(*decoded) == bytes);
}

RC_GTEST_PROP(Transaction, ArbitraryBytesNeverCrashAndNeverDecodeInexactly, (const Bytes& bytes))
{
    const auto decoded = decode_transaction(bytes);
    if (decoded)
        RC_ASSERT(encode(*decoded) == bytes);
}

RC_GTEST_PROP(CompactSize, IsReadBackInItsShortestForm, ())
{
    const auto value = *rc::gen::element<std::uint64_t>(
        0, 0xfc, 0xfd, 0xffff, 0x10000, 0xffffffff, 0x100000000, UINT64_MAX);
    ByteSink sink;
    write_compact_size(sink, value);
    Reader reader{sink.bytes};
    RC_ASSERT(reader.compact_size() == value);
    RC_ASSERT(reader.left() == 0U);
}

TEST(CompactSize, MoreItemsThanTheRestCanHoldAreRefusedBeforeAnyIsAllocated)
{
    Bytes bytes(1 + 2 * 41);
    bytes[0] = 2;
    EXPECT_EQ(Reader{bytes}.count(41), 2U);
    bytes[0] = 3;
    Reader reader{bytes};
    EXPECT_EQ(reader.count(41), 0U);
    EXPECT_FALSE(reader.ok());
}

TEST(CompactSize, LongerFormsAreRefused)
{
    for (const auto* digits : {"fdfc00", "fd0000", "feffff0000", "ffffffffff00000000"})
    {
        const auto bytes = hex(std::string_view{digits});
        Reader reader{bytes};
        EXPECT_EQ(reader.compact_size(), 0U);
        ASSERT_FALSE(reader.ok()) << digits;
        EXPECT_EQ(reader.fault()->error, DecodeError::size_not_minimal);
    }
}
}  // namespace
}  // namespace engine::btc

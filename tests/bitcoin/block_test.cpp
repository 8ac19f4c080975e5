#include "engine/bitcoin/block.hpp"

#include "engine/bitcoin/merkle.hpp"
#include "engine/bitcoin/target.hpp"
#include "engine/hash/sha256.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine::btc
{
namespace
{
constexpr std::uint32_t kSegwitHeight = 481'824;  // Of mainnet.

/// A block of the vectors: the file itself, or the bytes of its hexadecimal text.
std::optional<Bytes> read_block(const std::string& path)
{
    auto bytes = read_vector(path);
    if (!bytes || !path.ends_with(".hex"))
        return bytes;
    std::string digits{bytes->begin(), bytes->end()};
    while (!digits.empty() && (digits.back() == '\n' || digits.back() == '\r'))
        digits.pop_back();
    return from_hex(digits);
}

std::uint64_t number(const boost::json::value& value)
{
    return static_cast<std::uint64_t>(value.as_int64());
}

std::uint64_t total(const Transaction& transaction)
{
    std::uint64_t sum = 0;
    for (const auto& output : transaction.outputs)
        sum += output.value.value();
    return sum;
}

void expect_block(const Bytes& bytes, const boost::json::object& expected)
{
    const auto decoded = decode_block(bytes);
    ASSERT_TRUE(decoded) << describe(decoded.error().error) << " at " << decoded.error().offset;
    EXPECT_TRUE(encode(*decoded) == bytes);

    const auto& header = decoded->header;
    const auto hash = block_hash(header);
    EXPECT_EQ(to_display_hex(hash.bytes), text(expected.at("hash")));
    EXPECT_EQ(header.version, number(expected.at("version")));
    EXPECT_EQ(to_display_hex(header.previous.bytes), text(expected.at("prev")));
    EXPECT_EQ(to_display_hex(header.merkle_root.bytes), text(expected.at("merkle_root")));
    EXPECT_EQ(header.time.value, number(expected.at("time")));
    EXPECT_EQ(header.bits, std::stoul(text(expected.at("bits")), nullptr, 16));
    EXPECT_EQ(header.nonce, number(expected.at("nonce")));
    EXPECT_TRUE(proves_work(hash, header.bits, parameters(Network::mainnet)));

    const auto& all = decoded->transactions;
    ASSERT_EQ(all.size(), number(expected.at("n_tx")));
    EXPECT_EQ(weight(*decoded), number(expected.at("weight")));
    EXPECT_EQ(to_display_hex(txid(all.front()).bytes), text(expected.at("coinbase_txid")));
    EXPECT_EQ(to_display_hex(txid(all.back()).bytes), text(expected.at("last_txid")));
    EXPECT_EQ(total(all.front()), number(expected.at("coinbase_value")));
    if (expected.contains("bip34_height"))
    {
        const auto height = static_cast<std::uint32_t>(number(expected.at("bip34_height")));
        EXPECT_EQ(coinbase_height(all.front()), ChainHeight{height});
    }

    const auto commitment = witness_commitment(all.front());
    ASSERT_EQ(commitment.has_value(), expected.contains("witness_commitment"));
    if (commitment)
    {
        EXPECT_EQ(to_hex(commitment->bytes), text(expected.at("witness_commitment")));
    }

    const auto height = expected.contains("bip34_height") ? number(expected.at("bip34_height")) : 0;
    const bool testnet = text(expected.at("hash")).starts_with("000000000000045e");
    const auto rule =
        height >= kSegwitHeight || testnet ? WitnessRule::enforced : WitnessRule::not_active;
    EXPECT_EQ(find_fault(*decoded, rule), std::nullopt);
}

TEST(Block, RealBlocksAreWhatTheVectorsSay)
{
    const auto expected = read_json_vector("blocks/expected.json");
    SKIP_WITHOUT(expected, "blocks/expected.json");
    int used = 0;
    for (const auto& entry : expected->as_object())
    {
        const std::string path{entry.key()};
        const auto bytes = read_block(path);
        if (!bytes)
            continue;  // The list also describes blocks of another collection.
        SCOPED_TRACE(path);
        expect_block(*bytes, entry.value().as_object());
        ++used;
    }
    EXPECT_EQ(used, 6);
}

/// A small block with a witness, its commitment and its Merkle root in order.
Block make_block(std::uint32_t spends)
{
    Block block;
    Transaction coinbase;
    coinbase.inputs = {
        {OutPoint{{}, 0xffffffff}, {0x03, 0x40, 0x0d, 0x03}, 0xffffffff, {Bytes(32)}}};
    coinbase.outputs = {{*Sats::from(50), {0x51}}};
    block.transactions.push_back(coinbase);
    for (std::uint32_t i = 0; i < spends; ++i)
    {
        Transaction t;
        t.inputs = {{OutPoint{{}, i}, {}, 0xffffffff, {Bytes{1}}}};
        t.outputs = {{*Sats::from(i), {}}};
        block.transactions.push_back(t);
    }
    return block;
}

void commit(Block& block)
{
    std::vector<Hash256> leaves(1);
    for (std::size_t i = 1; i < block.transactions.size(); ++i)
        leaves.push_back(retag<Hash256>(wtxid(block.transactions[i])));
    auto both = retag<Hash256>(merkle_tree(leaves).root).bytes;
    Bytes message{both.begin(), both.end()};
    message.resize(64);
    auto script = hex(std::string_view{"6a24aa21a9ed"});
    append(script, sha256d(message).bytes);
    block.transactions[0].outputs.push_back({Sats{}, script});
}

void seal(Block& block)
{
    block.header.merkle_root = merkle_tree(txids(block)).root;
}

TEST(Block, FaultlessBlockHasNoFault)
{
    auto block = make_block(3);
    commit(block);
    seal(block);
    EXPECT_EQ(find_fault(block, WitnessRule::enforced), std::nullopt);
    EXPECT_EQ(coinbase_height(block.transactions[0]), ChainHeight{200'000});
}

TEST(Block, EveryFaultIsNamed)
{
    auto good = make_block(4);
    commit(good);
    seal(good);
    const auto fault = [](const Block& block) { return find_fault(block, WitnessRule::enforced); };

    Block empty;
    EXPECT_EQ(fault(empty), BlockFault::no_transactions);

    auto b = good;
    b.transactions[2].lock_time = 1;
    EXPECT_EQ(fault(b), BlockFault::merkle_root_differs);

    b = good;  // Five transactions: the last can be doubled.
    b.transactions.push_back(b.transactions.back());
    EXPECT_EQ(fault(b), BlockFault::mutated);

    b = good;
    b.transactions[1].inputs[0].witness = {Bytes(4'000'000)};
    EXPECT_EQ(fault(b), BlockFault::too_heavy);

    b = good;
    b.transactions.erase(b.transactions.begin());
    seal(b);
    EXPECT_EQ(fault(b), BlockFault::no_coinbase);

    b = good;
    b.transactions.push_back(b.transactions.front());
    b.transactions.back().lock_time = 1;
    seal(b);
    EXPECT_EQ(fault(b), BlockFault::second_coinbase);

    b = make_block(1);
    seal(b);
    EXPECT_EQ(fault(b), BlockFault::unexpected_witness);
    b = good;
    EXPECT_EQ(find_fault(b, WitnessRule::not_active), BlockFault::unexpected_witness);

    b = good;
    b.transactions[0].inputs[0].witness = {Bytes(31)};
    EXPECT_EQ(fault(b), BlockFault::witness_nonce);
    b.transactions[0].inputs[0].witness = {Bytes(32), Bytes(32)};
    EXPECT_EQ(fault(b), BlockFault::witness_nonce);
    b.transactions[0].inputs[0].witness.clear();
    EXPECT_EQ(fault(b), BlockFault::witness_nonce);

    b = good;
    b.transactions[3].inputs[0].witness = {Bytes{2}};
    EXPECT_EQ(fault(b), BlockFault::witness_commitment_differs);
}

TEST(Block, LastOfSeveralCommitmentsCounts)
{
    auto block = make_block(1);
    auto stale = hex(std::string_view{"6a24aa21a9ed"});
    stale.resize(38);
    block.transactions[0].outputs.push_back({Sats{}, stale});
    commit(block);
    seal(block);
    EXPECT_EQ(find_fault(block, WitnessRule::enforced), std::nullopt);
}

TEST(Block, CommitmentBeforeActivationIsIgnored)
{
    auto block = make_block(1);
    commit(block);
    for (auto& t : block.transactions)
        t.inputs[0].witness.clear();
    seal(block);
    EXPECT_EQ(find_fault(block, WitnessRule::not_active), std::nullopt);
    EXPECT_EQ(find_fault(block, WitnessRule::enforced), BlockFault::witness_nonce);
}

TEST(Block, HeightOfACoinbaseIsReadInEveryForm)
{
    auto coinbase = make_block(0).transactions[0];
    const std::pair<const char*, std::optional<std::uint32_t>> rows[] = {
        {"00", 0},                   // OP_0
        {"51", 1},                   // OP_1
        {"60", 16},                  // OP_16
        {"0111", 17},                // 17
        {"028000", 128},             // 128
        {"03a08601", 100'000},       // 100,000
        {"0101", std::nullopt},      // 1 as a push: not minimal
        {"03110000", std::nullopt},  // 17 with zeros
        {"4c0111", std::nullopt},    // 17 with OP_PUSHDATA1
        {"0181", std::nullopt},      // -1
        {"4f", std::nullopt},        // -1
        {"6a", std::nullopt},        // No push.
        {"0511", std::nullopt},      // Runs over the end.
        {"", std::nullopt},
    };
    for (const auto& [script, height] : rows)
    {
        coinbase.inputs[0].script_sig = hex(std::string_view{script});
        const auto expected = height ? std::optional{ChainHeight{*height}} : std::nullopt;
        EXPECT_EQ(coinbase_height(coinbase), expected) << script;
    }
    coinbase.inputs[0].previous.index = 0;
    coinbase.inputs[0].script_sig = {0x51};
    EXPECT_EQ(coinbase_height(coinbase), std::nullopt);
}

RC_GTEST_PROP(Block, TruncatedIsNeverDecoded, ())
{
    auto block = make_block(*rc::gen::inRange(0U, 4U));
    const auto bytes = encode(block);
    RC_ASSERT(decode_block(bytes).has_value());
    const auto kept = *rc::gen::inRange<std::size_t>(0, bytes.size());
    RC_ASSERT(!decode_block(ByteView{bytes}.first(kept)).has_value());
}

RC_GTEST_PROP(Block, ArbitraryBytesNeverCrash, (Bytes bytes))
{
    bytes.insert(bytes.begin(), 80, 0);
    const auto decoded = decode_block(bytes);
    if (decoded)
        RC_ASSERT(encode(*decoded) == bytes);
}

RC_GTEST_PROP(Block, FlippedBitIsRefused, ())
{
    auto block = make_block(*rc::gen::inRange(1U, 6U));
    commit(block);
    seal(block);
    auto bytes = encode(block);
    // The header below its root is the business of the proof of work.
    const auto at = *rc::gen::oneOf(
        rc::gen::inRange<std::size_t>(36, 68), rc::gen::inRange<std::size_t>(80, bytes.size()));
    bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1 << *rc::gen::inRange(0, 8));
    const auto decoded = decode_block(bytes);
    if (decoded)
        RC_ASSERT(find_fault(*decoded, WitnessRule::enforced).has_value());
}
}  // namespace
}  // namespace engine::btc

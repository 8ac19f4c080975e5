// A node that lies, breaks off, floods or stalls: nothing wrong is delivered, what is wrong is
// said in a few words, and when the node behaves again all is delivered.

#include "tests/adapters/hostile_node.hpp"

#include "adapters/bitcoin/follower.hpp"
#include "tests/adapters/memory_intake.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace engine::bitcoind
{
namespace
{
using test::HostileNode;
using test::MemoryIntake;
using test::ScriptedServer;
using test::json::array;
using namespace std::chrono_literals;

constexpr std::size_t kBlocks = 12;

/// One that scans for something, so that every block is read.
std::unique_ptr<MemoryIntake> fresh_intake(const HostileNode& node)
{
    auto intake = std::make_unique<MemoryIntake>(ChainPoint{node.chain.genesis(), ChainHeight{0}});
    intake->watched.version = 1;
    intake->watched.scripts = {Bytes{0x51}};
    return intake;
}

http::ClientLimits small_limits()
{
    http::ClientLimits limits;
    limits.total_ms = 500;
    limits.reply_bytes = 100'000;
    return limits;
}

/// What is known are blocks of the node's own chain, each with all that belongs to it.
void expect_nothing_wrong(const HostileNode& node, MemoryIntake& intake)
{
    for (const auto& [hash, known] : intake.known())
    {
        ASSERT_TRUE(node.chain.has(hash));
        EXPECT_EQ(known.height, node.chain.height(hash).value);
        if (known.scanned_with && known.height != 0)
        {
            EXPECT_TRUE(known.transactions.contains(0)) << known.height;
        }
    }
    EXPECT_TRUE(intake.with([](auto& self) { return self.complaints; }).empty());
}

void expect_followed(const HostileNode& node, MemoryIntake& intake, const BlockHash& tip)
{
    expect_nothing_wrong(node, intake);
    const auto known = intake.known();
    for (const auto& hash : node.chain.path_to(tip))
    {
        const auto found = known.find(hash);
        ASSERT_NE(found, known.end());
        EXPECT_EQ(found->second.scanned_with, 1u);
    }
}

/// A pass over a connection of its own.
Result<SyncReport, FollowFault> pass(const HostileNode& hostile, MemoryIntake& intake)
{
    auto transport = hostile.transport(small_limits());
    Node node{transport};
    Sync sync{node, intake, {}, [](std::int64_t) { return true; }};
    return sync.run_once();
}

/// Told in words that fit a line and a terminal.
void expect_readable(const FollowFault& fault)
{
    for (const auto& words : {fault.what, fault.why, fault.action})
    {
        EXPECT_FALSE(words.empty());
        EXPECT_LT(words.size(), 500u);
        EXPECT_TRUE(std::all_of(words.begin(), words.end(), [](char c) { return c >= ' '; }))
            << words;
    }
}

struct Abuse
{
    std::string name;
    std::string method;  ///< Whose replies are replaced.
    std::string reply;
    std::string code;  ///< Of the fault.
};

HostileNode::Lie instead_of(const std::string& method, const std::string& reply)
{
    return [=](const std::string& called, const array&) {
        return called == method ? std::optional{reply} : std::nullopt;
    };
}

class Abuses : public testing::Test
{
protected:
    HostileNode node{kBlocks};
    const std::string tip = to_display_hex(node.tip().bytes);

    void expect_each(const std::vector<Abuse>& abuses)
    {
        for (const auto& abuse : abuses)
        {
            SCOPED_TRACE(abuse.name);
            const auto intake = fresh_intake(node);
            node.lie(instead_of(abuse.method, abuse.reply));
            const auto told = pass(node, *intake);
            ASSERT_FALSE(told);
            EXPECT_EQ(told.error().code, abuse.code) << told.error().why;
            expect_readable(told.error());
            expect_nothing_wrong(node, *intake);

            node.behave();
            const auto recovered = pass(node, *intake);
            ASSERT_TRUE(recovered) << recovered.error().why;
            expect_followed(node, *intake, node.tip());
        }
    }
};

TEST_F(Abuses, OfTheTransport)
{
    const auto body = HostileNode::info(tip, "12");
    const auto said = [](const std::string& bytes) { return "HTTP/1.1 200 OK\r\n" + bytes; };
    std::string dribble, endless = said("Transfer-Encoding: chunked\r\n\r\n"), fields;
    for (const char c : body)
        (dribble += c) += ScriptedServer::kPause;
    for (int i = 0; i < 100; ++i)
        endless += "1000\r\n" + std::string(4096, ' ') + "\r\n";
    for (int i = 0; i < 2'000; ++i)
        fields += "X-Field-" + std::to_string(i) + ": value\r\n";
    expect_each({
        {"hangs up at once", "getblockchaininfo", ScriptedServer::kHangUp, "bitcoin_unreachable"},
        {"hangs up in the header", "getblockchaininfo",
            std::string{"HTTP/1.1 200 OK\r\nContent-"} + ScriptedServer::kHangUp,
            "bitcoin_unreachable"},
        {"hangs up in the body", "getblockchaininfo",
            body.substr(0, body.size() - 10) + ScriptedServer::kHangUp, "bitcoin_unreachable"},
        {"speaks no HTTP", "getblockchaininfo", "good day\r\n\r\n", "bitcoin_malformed"},
        {"a length that is none", "getblockchaininfo", said("Content-Length: -1\r\n\r\n{}"),
            "bitcoin_malformed"},
        {"two lengths", "getblockchaininfo",
            said("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), "bitcoin_malformed"},
        {"announces a terabyte", "getblockchaininfo",
            said("Content-Length: 1099511627776\r\n\r\n{"), "bitcoin_too_large"},
        {"never ends", "getblockchaininfo", endless, "bitcoin_too_large"},
        {"endless fields", "getblockchaininfo", said(fields + "\r\n{}"), "bitcoin_too_large"},
        {"a byte at a time", "getblockchaininfo", dribble, "bitcoin_timeout"},
        {"says nothing", "getblockchaininfo", "", "bitcoin_timeout"},
        {"a header and then nothing", "getblockchaininfo", said("Content-Length: 100\r\n\r\n"),
            "bitcoin_timeout"},
        {"another status", "getblockchaininfo",
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            "bitcoin_malformed"},
    });
}

TEST_F(Abuses, OfTheReplysForm)
{
    const auto http = [](const std::string& body) { return HostileNode::http(body); };
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    std::string commas = "[0";
    for (int i = 0; i < 40'000; ++i)
        commas += ",0";
    const std::string good =
        R"({"chain":"regtest","bestblockhash":")" + tip + R"(","blocks":12,"headers":12})";
    const std::string loud(50'000, 'x');
    expect_each({
        {"no JSON", "getblockchaininfo", http("<html>moved</html>"), "bitcoin_malformed"},
        {"an empty body", "getblockchaininfo", http(""), "bitcoin_malformed"},
        {"half of it", "getblockchaininfo", http(R"({"jsonrpc":"2.0","result":{"chain":"re)"),
            "bitcoin_malformed"},
        {"two of them", "getblockchaininfo", http(R"({"result":1}{"result":1})"),
            "bitcoin_malformed"},
        {"a list", "getblockchaininfo", http("[]"), "bitcoin_malformed"},
        {"no result", "getblockchaininfo", http(R"({"id":"refold"})"), "bitcoin_malformed"},
        {"somebody else's id", "getblockchaininfo", http(R"({"result":)" + good + R"(,"id":7})"),
            "bitcoin_malformed"},
        {"no id at all", "getblockchaininfo", http(R"({"result":)" + good + R"(,"id":null})"),
            "bitcoin_malformed"},
        {"nested too deep", "getblockchaininfo", HostileNode::result(nested(10'000)),
            "bitcoin_malformed"},
        {"a list of numbers", "getblockchaininfo", HostileNode::result(commas + "]"),
            "bitcoin_malformed"},
        {"no UTF-8", "getblockchaininfo", http("{\"result\":\"\xff\xfe\x80\"}"),
            "bitcoin_malformed"},
        {"both forms at once", "getblockchaininfo",
            http(R"({"result":)" + good + R"(,"error":"boom","id":"refold"})"),
            "bitcoin_malformed"},
        {"an error beside a result", "getblockchaininfo",
            http(R"({"result":)" + good + R"(,"error":{"code":-1,"message":"no"},"id":"refold"})"),
            "bitcoin_refused"},
        {"warming up", "getblockchaininfo",
            http(R"({"result":null,"error":{"code":-28,"message":"Loading"},"id":"refold"})"),
            "bitcoin_warming_up"},
        {"a code that is another one's when cut", "getblockchaininfo",
            http(R"({"error":{"code":4294967268,"message":"Loading"},"id":"refold"})"),
            "bitcoin_refused"},
        {"a fraction for a code", "getblockchaininfo",
            http(R"({"error":{"code":-28.5,"message":1},"id":"refold"})"), "bitcoin_refused"},
        {"a loud error", "getblockchaininfo",
            http(R"({"error":{"code":-1,"message":")" + loud + R"("},"id":"refold"})"),
            "bitcoin_refused"},
        {"an error that writes to the terminal", "getblockchaininfo",
            http(R"({"error":{"code":-1,"message":"\u001b[2J\n\u0007"},"id":"refold"})"),
            "bitcoin_refused"},
    });
}

TEST_F(Abuses, OfNumbersAndNames)
{
    const auto info = [](const std::string& members) {
        return HostileNode::result("{" + members + "}");
    };
    const auto heights = [&](const std::string& height) { return HostileNode::info(tip, height); };
    const std::string name = R"("chain":"regtest",)";
    const std::string best = R"("bestblockhash":")" + tip + R"(",)";
    const std::string counts = R"("blocks":12,"headers":12)";
    std::vector<Abuse> abuses{
        {"another network", "getblockchaininfo", info(R"("chain":"main",)" + best + counts),
            "bitcoin_wrong_network"},
        {"a long name", "getblockchaininfo",
            info(R"("chain":")" + std::string(50'000, 'r') + R"(",)" + best + counts),
            "bitcoin_wrong_network"},
        {"a number for a name", "getblockchaininfo", info(R"("chain":1,)" + best + counts),
            "bitcoin_malformed"},
        {"a short hash", "getblockchaininfo", info(name + R"("bestblockhash":"00",)" + counts),
            "bitcoin_malformed"},
        {"a hash of other letters", "getblockchaininfo",
            info(name + R"("bestblockhash":")" + std::string(64, 'g') + R"(",)" + counts),
            "bitcoin_malformed"},
        {"an unknown hash", "getblockchaininfo",
            info(name + R"("bestblockhash":")" + std::string(64, '1') + R"(",)" + counts),
            "bitcoin_refused"},
        {"two heights", "getblockchaininfo",
            info(name + best + R"("blocks":12,"blocks":11,"headers":12)"), "bitcoin_other_chain"},
        {"a height below the tip's", "getblockchaininfo", heights("5"), "bitcoin_other_chain"},
        {"a height above the tip's", "getblockchaininfo", heights("14"), "bitcoin_wrong_height"},
        {"the greatest height", "getblockchaininfo", heights("4294967295"), "bitcoin_wrong_height"},
        {"height zero", "getblockchaininfo", heights("0"), "bitcoin_other_chain"},
        {"pruned", "getblockchaininfo",
            info(name + best + counts + R"(,"pruned":true,"pruneheight":4294967295)"),
            "bitcoin_pruned"},
    };
    for (const auto* height :
        {"-1", "4294967296", "12.0", "1.2e1", "\"12\"", "null", "[12]", "1e999",
            "18446744073709551616", "-9223372036854775809", "99999999999999999999999999999999"})
        abuses.push_back({height, "getblockchaininfo", heights(height), "bitcoin_malformed"});
    expect_each(abuses);
}

TEST_F(Abuses, OfHeadersAndBlocks)
{
    const auto& chain = node.chain;
    const auto path = chain.path_to(node.tip());
    const auto header_of = [&](std::size_t i) {
        return to_hex(btc::encode(chain.at(path[i]).block.header).bytes);
    };
    const auto block_of = [&](std::size_t i) {
        return to_hex(btc::encode(chain.at(path[i]).block));
    };
    auto other_transaction = chain.at(path[0]).block;
    ++other_transaction.transactions[0].lock_time;
    auto doubled = chain.at(path[0]).block;
    doubled.transactions.push_back(doubled.transactions[0]);
    const auto text = [](const std::string& digits) { return HostileNode::text_result(digits); };
    expect_each({
        {"another header", "getblockheader", text(header_of(3)), "bitcoin_malformed"},
        {"a short header", "getblockheader", text(header_of(11).substr(2)), "bitcoin_malformed"},
        {"a long header", "getblockheader", text(header_of(11) + "00"), "bitcoin_malformed"},
        {"half a digit", "getblockheader", text(header_of(11) + "0"), "bitcoin_malformed"},
        {"no digits", "getblockheader", text(std::string(160, 'x')), "bitcoin_malformed"},
        {"a header as an object", "getblockheader", HostileNode::result("{}"), "bitcoin_malformed"},
        {"another block", "getblock", text(block_of(3)), "bitcoin_bad_block"},
        {"a transaction that is not under the root", "getblock",
            text(to_hex(btc::encode(other_transaction))), "bitcoin_bad_block"},
        {"a doubled transaction", "getblock", text(to_hex(btc::encode(doubled))),
            "bitcoin_bad_block"},
        {"half a block", "getblock", text(block_of(0).substr(0, 200)), "bitcoin_bad_block"},
        {"a block and more", "getblock", text(block_of(0) + "00"), "bitcoin_bad_block"},
        {"an empty block", "getblock", text(""), "bitcoin_bad_block"},
        {"a huge block", "getblock", text(std::string(200'000, '0')), "bitcoin_too_large"},
        {"a thrown away block", "getblock",
            HostileNode::http(
                R"({"error":{"code":-1,"message":"Block not available, pruned data"}})"),
            "bitcoin_refused"},
    });
}

/// A header on top of the tip whose hash is above its target.
btc::Header without_work(const HostileNode& node)
{
    auto header = node.chain.at(node.tip()).block.header;
    header.previous = node.tip();
    const auto& rules = btc::parameters(btc::Network::regtest);
    while (btc::proves_work(btc::block_hash(header), header.bits, rules))
        ++header.nonce;
    return header;
}

TEST_F(Abuses, AHeaderWithoutWorkEndsTheWalk)
{
    const auto header = without_work(node);
    const auto hash = to_display_hex(btc::block_hash(header).bytes);
    const auto intake = fresh_intake(node);
    node.lie([&](const std::string& method, const array& parameters) -> std::optional<std::string> {
        if (method == "getblockchaininfo")
            return HostileNode::info(hash, "13");
        if (method == "getblockheader" && parameters[0].as_string() == hash)
            return HostileNode::text_result(to_hex(btc::encode(header).bytes));
        return std::nullopt;
    });
    const auto told = pass(node, *intake);
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().code, "bitcoin_bad_block");
    EXPECT_EQ(told.error().why, "the hash is above the target");
    EXPECT_EQ(intake->accepted, 0u);
    node.behave();
    ASSERT_TRUE(pass(node, *intake));
    expect_followed(node, *intake, node.tip());
}

TEST_F(Abuses, AnotherContentTypeIsNoMatterOfTruth)
{
    for (const auto* type : {"text/html", "application/octet-stream", "x", ""})
    {
        const auto intake = fresh_intake(node);
        const std::string body = R"({"result":{"chain":"regtest","bestblockhash":")" + tip +
                                 R"(","blocks":12,"headers":12},"error":null,"id":"refold"})";
        node.lie(instead_of("getblockchaininfo",
            HostileNode::http(body, "Content-Type: " + std::string{type} + "\r\n")));
        ASSERT_TRUE(pass(node, *intake)) << type;
        expect_followed(node, *intake, node.tip());
    }
}

TEST_F(Abuses, AChainWithLessWorkThatIsCalledBestDoesNotMoveTheTip)
{
    const auto intake = fresh_intake(node);
    ASSERT_TRUE(pass(node, *intake));
    const auto best = node.tip();
    node.set_tip(node.chain.mine_empty(node.chain.path_to(best)[3], 4));
    ASSERT_TRUE(pass(node, *intake));
    EXPECT_EQ(intake->tip().hash, best);
    expect_followed(node, *intake, node.tip());
    expect_followed(node, *intake, best);
}

TEST_F(Abuses, FlappingBetweenTwoTipsDeliversEachOnce)
{
    const auto intake = fresh_intake(node);
    const auto first = node.tip();
    const auto second = node.chain.mine_empty(node.chain.path_to(first)[8], 3);
    for (int turn = 0; turn < 20; ++turn)
    {
        node.set_tip(turn % 2 == 0 ? first : second);
        ASSERT_TRUE(pass(node, *intake));
    }
    expect_followed(node, *intake, first);
    expect_followed(node, *intake, second);
    // A header, a coinbase and a scan of each block; what was seen again is counted apart.
    EXPECT_EQ(intake->accepted, 3 * (kBlocks + 3));
    EXPECT_EQ(intake->duplicates, 0u);
}

// The running follower.

class MachineClock final : public Clock
{
public:
    std::atomic<std::int64_t> ahead{0};
    LogTime now() const override { return LogTime{1'000'000 + ahead}; }
    std::int64_t monotonic_ms() const override { return 0; }
};

template <typename F>
bool becomes_true(F&& condition)
{
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!condition())
    {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

class HostileFollowing : public Abuses
{
protected:
    MachineClock clock;
    std::unique_ptr<MemoryIntake> intake = fresh_intake(node);
    HttpTransport transport = node.transport(small_limits());
    Node client{transport};
    std::mutex mutex;
    std::vector<std::string> told;  ///< Codes of faults; "well" when there is none any more.
    std::optional<Follower> follower;

    void SetUp() override
    {
        FollowerSettings settings;
        settings.poll_ms = 10;
        settings.retry_most_ms = 100;
        follower.emplace(
            client, *intake, clock, settings, [this](const std::optional<FollowFault>& fault) {
                const std::lock_guard lock{mutex};
                told.push_back(fault ? fault->code : "well");
            });
    }
    void TearDown() override { follower.reset(); }

    std::vector<std::string> heard()
    {
        const std::lock_guard lock{mutex};
        return told;
    }
    bool follows(const BlockHash& wanted)
    {
        return becomes_true([&] {
            const auto health = follower->health();
            return health.state == FollowerState::following && health.node_tip == wanted;
        });
    }
};

TEST_F(HostileFollowing, EachTroubleIsToldOnceAndSoIsItsEnd)
{
    ASSERT_TRUE(follows(node.tip()));
    EXPECT_TRUE(heard().empty());
    node.lie(instead_of("getblockchaininfo", HostileNode::http("nonsense")));
    ASSERT_TRUE(becomes_true([&] { return follower->health().errors_in_row > 3; }));
    EXPECT_EQ(heard(), (std::vector<std::string>{"bitcoin_malformed"}));
    EXPECT_EQ(follower->health().last_error->code, "bitcoin_malformed");

    node.lie(instead_of("getblockchaininfo", ScriptedServer::kHangUp));
    ASSERT_TRUE(becomes_true([&] { return heard().size() == 2; }));
    node.behave();
    ASSERT_TRUE(becomes_true([&] { return heard().size() == 3; }));
    EXPECT_EQ(
        heard(), (std::vector<std::string>{"bitcoin_malformed", "bitcoin_unreachable", "well"}));
    EXPECT_FALSE(follower->health().last_error.has_value());
}

TEST_F(HostileFollowing, ATipThatDoesNotMoveAndOneThatGoesBackAreSeenInTheHealth)
{
    const auto newest = node.tip();
    ASSERT_TRUE(follows(newest));
    EXPECT_EQ(follower->health().node_tip_since, LogTime{1'000'000});
    clock.ahead = 7'200'000;
    ASSERT_TRUE(follows(newest));
    EXPECT_EQ(follower->health().node_tip_since, LogTime{1'000'000});  // For two hours now.
    EXPECT_EQ(follower->health().behind(), 0u);

    const auto old = node.chain.path_to(newest)[4];
    node.set_tip(old);
    ASSERT_TRUE(follows(old));
    EXPECT_EQ(follower->health().behind(), kBlocks - 5);
    EXPECT_EQ(follower->health().node_tip_since, LogTime{8'200'000});
    EXPECT_EQ(intake->tip().hash, newest);

    node.set_tip(newest);
    ASSERT_TRUE(follows(newest));
    EXPECT_EQ(follower->health().behind(), 0u);
    expect_followed(node, *intake, newest);
}
}  // namespace
}  // namespace engine::bitcoind

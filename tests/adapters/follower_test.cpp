#include "adapters/bitcoin/follower.hpp"

#include "adapters/bitcoin/announcements.hpp"
#include "adapters/bitcoin/recording.hpp"
#include "tests/adapters/memory_intake.hpp"
#include "tests/adapters/real_node.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

namespace engine::bitcoind
{
namespace
{
using test::MemoryIntake;
using test::RealNode;
using test::TemporaryFolder;
using namespace std::chrono_literals;

const Bytes kAnyoneScript = {0x51};

class SystemClock final : public Clock
{
public:
    LogTime now() const override
    {
        return LogTime{std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::system_clock::now().time_since_epoch())
                           .count()};
    }
    std::int64_t monotonic_ms() const override { return now().value; }
};

template <typename F>
bool becomes_true(F&& condition, std::chrono::milliseconds limit = 20s)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition())
    {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::sleep_for(10ms);
    }
    return true;
}

ChainPoint genesis_anchor()
{
    return {btc::block_hash(btc::parameters(btc::Network::regtest).genesis), ChainHeight{0}};
}

WatchList watch_coinbases(std::uint32_t version = 1)
{
    WatchList list;
    list.version = version;
    list.scripts = {kAnyoneScript};
    return list;
}

/// One pass over a transport, with pauses that don't wait.
class OnePass
{
public:
    Node node;
    Sync sync;

    OnePass(RpcTransport& transport, BitcoinIntake& intake, SyncSettings settings = {})
      : node{transport}, sync{node, intake, settings, [](std::int64_t) { return true; }}
    {}
};

/// A transport that lies.
class LyingTransport final : public RpcTransport
{
    RpcTransport& m_inner;
    std::function<void(const std::string&, RpcReply&)> m_lie;

public:
    LyingTransport(RpcTransport& inner, std::function<void(const std::string&, RpcReply&)> lie)
      : m_inner{inner}, m_lie{std::move(lie)}
    {}

    Result<RpcReply, RpcError> post(const std::string& path, const std::string& body) override
    {
        auto reply = m_inner.post(path, body);
        if (reply)
            m_lie(body, *reply);
        return reply;
    }
    void interrupt() override { m_inner.interrupt(); }
};

/// Spends the coinbase of a block, to anyone, in two outputs.
Bytes spend_coinbase(RealNode& real, int height)
{
    HttpTransport transport{real.endpoint(), real.cookie()};
    Node node{transport};
    const auto hash = fixed_from_display_hex<BlockHash>(real.hash_at(height));
    const auto block = btc::decode_block(*node.block(*hash));
    btc::Transaction spend;
    spend.inputs.push_back({{btc::txid(block->transactions[0]), 0}, {}, 0xffffffff, {}});
    for (int i = 0; i < 2; ++i)
        spend.outputs.push_back({*Sats::from(1'000'000), kAnyoneScript});
    return btc::encode(spend);
}

/// Every block of the node's best chain is known, linked and scanned.
void expect_followed(RealNode& real, MemoryIntake& intake, int height, std::uint32_t version = 1)
{
    const auto known = intake.known();
    for (int at = 1; at <= height; ++at)
    {
        const auto hash = fixed_from_display_hex<BlockHash>(real.hash_at(at));
        const auto found = known.find(*hash);
        ASSERT_NE(found, known.end()) << at;
        EXPECT_EQ(found->second.height, static_cast<std::uint32_t>(at));
        EXPECT_EQ(found->second.scanned_with, version) << at;
        EXPECT_TRUE(found->second.transactions.contains(0)) << at;
    }
    EXPECT_TRUE(intake.with([](auto& self) { return self.complaints; }).empty());
}
}  // namespace

class FollowerTest : public testing::Test
{
protected:
    std::unique_ptr<RealNode> real;
    std::unique_ptr<HttpTransport> transport;
    std::unique_ptr<MemoryIntake> intake;

    void SetUp() override
    {
        REFOLD_NEEDS_BITCOIND();
        real = std::make_unique<RealNode>();
        transport = std::make_unique<HttpTransport>(real->endpoint(), real->cookie());
        intake = fresh_intake();
    }

    static std::unique_ptr<MemoryIntake> fresh_intake()
    {
        auto fresh = std::make_unique<MemoryIntake>(genesis_anchor());
        fresh->watched = watch_coinbases();
        return fresh;
    }

    Result<SyncReport, FollowFault> sync()
    {
        OnePass pass{*transport, *intake};
        return pass.sync.run_once();
    }
};

TEST_F(FollowerTest, FollowsFromTheAnchorToTheTip)
{
    real->mine(10);
    const auto report = sync();
    ASSERT_TRUE(report) << report.error().why;
    EXPECT_EQ(report->node_height, ChainHeight{10});
    EXPECT_EQ(report->headers, 10U);
    EXPECT_EQ(report->blocks, 10U);
    EXPECT_EQ(report->transactions, 10U);
    expect_followed(*real, *intake, 10);

    const auto again = sync();
    ASSERT_TRUE(again);
    EXPECT_EQ(again->headers + again->blocks + again->transactions, 0U);
    EXPECT_EQ(intake->duplicates, 0U);
}

TEST_F(FollowerTest, DeliversEveryRelevantTransactionWithItsProof)
{
    real->mine(105);
    const auto one = spend_coinbase(*real, 1);
    const auto two = spend_coinbase(*real, 2);
    const auto three = spend_coinbase(*real, 3);
    real->mine_with({one, two, three});
    ASSERT_TRUE(sync());
    const auto hash = *fixed_from_display_hex<BlockHash>(real->hash_at(106));
    EXPECT_EQ(intake->known()[hash].transactions, (std::set<std::uint32_t>{0, 1, 2, 3}));
    expect_followed(*real, *intake, 106);
}

TEST_F(FollowerTest, FindsTheForkPointOfAReorganization)
{
    real->mine(8);
    ASSERT_TRUE(sync());
    const auto old_tip = intake->tip().hash;
    real->call("invalidateblock", {real->hash_at(5)});
    real->later();
    real->mine(6);

    const auto report = sync();
    ASSERT_TRUE(report) << report.error().why;
    EXPECT_EQ(report->node_height, ChainHeight{10});
    EXPECT_EQ(report->headers, 6U) << "only what lies above the fork point";
    EXPECT_NE(intake->tip().hash, old_tip);
    expect_followed(*real, *intake, 10);

    // And back, with a block more on the old branch.
    real->call("invalidateblock", {real->hash_at(5)});
    real->call("reconsiderblock", {to_display_hex(old_tip.bytes)});
    real->mine(3);
    ASSERT_TRUE(sync());
    expect_followed(*real, *intake, 11);
}

TEST_F(FollowerTest, ABusyEngineGetsEverythingInOrder)
{
    real->mine(30);
    int turn = 0;
    intake->interfere = [&turn](const BitcoinFact&) {
        return ++turn % 3 != 0 ? std::optional{Admission::busy} : std::nullopt;
    };
    ASSERT_TRUE(sync());
    expect_followed(*real, *intake, 30);
}

TEST_F(FollowerTest, AScanThatWasOvertakenIsFoundAfterARestart)
{
    real->mine(12);
    const auto fifth = *fixed_from_display_hex<BlockHash>(real->hash_at(5));
    intake->interfere = [&](const BitcoinFact& fact) {
        const auto* scan = std::get_if<BlockScanned>(&fact);
        return scan && scan->block == fifth ? std::optional{Admission::busy} : std::nullopt;
    };
    Node node{*transport};
    Sync broken_off{node, *intake, {}, [](std::int64_t) { return false; }};
    EXPECT_EQ(broken_off.run_once().error().kind, FollowFaultKind::stopping);
    ASSERT_FALSE(intake->known()[fifth].scanned_with);
    ASSERT_TRUE(intake->known()[intake->tip().hash].scanned_with) << "the later ones were admitted";

    intake->with([](auto& self) { return self.interfere = nullptr, 0; });
    ASSERT_TRUE(sync());
    expect_followed(*real, *intake, 12);
}

TEST_F(FollowerTest, AGapEndsThePassAndTheNextOneCloses)
{
    real->mine(12);
    int turn = 0;
    intake->interfere = [&turn](const BitcoinFact&) {
        return ++turn == 17 ? std::optional{Admission::gap} : std::nullopt;
    };
    const auto broken = sync();
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().kind, FollowFaultKind::gap);
    ASSERT_TRUE(sync());
    expect_followed(*real, *intake, 12);
}

TEST_F(FollowerTest, ATransactionThatIsNotAdmittedKeepsItsBlockFromCountingAsScanned)
{
    real->mine(3);
    const auto second = *fixed_from_display_hex<BlockHash>(real->hash_at(2));
    intake->interfere = [&](const BitcoinFact& fact) {
        const auto* seen = std::get_if<TransactionSeen>(&fact);
        return seen && btc::block_hash(seen->header) == second ? std::optional{Admission::invalid}
                                                               : std::nullopt;
    };
    const auto refused = sync();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, FollowFaultKind::refused);
    EXPECT_FALSE(refused.error().action.empty());
    EXPECT_NE(
        refused.error().what.find("transaction 0 of block " + real->hash_at(2)), std::string::npos);
    const auto third = *fixed_from_display_hex<BlockHash>(real->hash_at(3));
    EXPECT_FALSE(intake->known()[second].scanned_with);
    EXPECT_FALSE(intake->known()[third].scanned_with);
}

TEST_F(FollowerTest, ARescanCoversWhatItAsksFor)
{
    real->mine(9);
    intake->watched = {};
    ASSERT_TRUE(sync());
    intake->with([](auto& self) {
        self.watched = watch_coinbases(2);
        self.rescan = RescanWanted{2, ChainHeight{4}};
        return 0;
    });
    real->mine(1);
    const auto report = sync();
    ASSERT_TRUE(report) << report.error().why;
    EXPECT_EQ(report->blocks, 7U);
    const auto known = intake->known();
    for (int at = 1; at <= 10; ++at)
    {
        const auto hash = *fixed_from_display_hex<BlockHash>(real->hash_at(at));
        EXPECT_EQ(known.at(hash).scanned_with, at < 4 ? 0U : 2U) << at;
        EXPECT_EQ(known.at(hash).transactions.contains(0), at >= 4) << at;
    }
}

TEST_F(FollowerTest, ARescanEndsWhereTheEngineHasForgottenTheHeaders)
{
    real->mine(9);
    ASSERT_TRUE(sync());
    const auto fifth = *fixed_from_display_hex<BlockHash>(real->hash_at(5));
    intake->with([&](auto& self) {
        self.forget(fifth);
        self.watched = watch_coinbases(2);
        self.rescan = RescanWanted{2, ChainHeight{2}};
        return 0;
    });
    const auto report = sync();
    ASSERT_TRUE(report) << report.error().why;
    EXPECT_EQ(report->headers, 0U);
    EXPECT_EQ(report->blocks, 4U);
}

TEST_F(FollowerTest, BatchesOfAnySizeDeliverTheSame)
{
    real->mine(60);
    for (const std::size_t size : {1UL, 2UL, 7UL, 256UL})
    {
        auto fresh = fresh_intake();
        SyncSettings settings;
        settings.facts_at_once = size;
        OnePass pass{*transport, *fresh, settings};
        ASSERT_TRUE(pass.sync.run_once());
        EXPECT_EQ(fresh->accepted, 180U);
        EXPECT_EQ(fresh->duplicates, 0U);
        expect_followed(*real, *fresh, 60);
    }
}

TEST_F(FollowerTest, BlocksThatAreNotTheirHeadersAreRefusedAndNothingIsSkipped)
{
    real->mine(105);
    real->mine_with({spend_coinbase(*real, 1)});
    std::size_t flipped = 0;
    const auto last = real->hash_at(106);
    for (const std::size_t position : {200UL, 300UL, 400UL, 500UL})
    {
        auto fresh = fresh_intake();
        LyingTransport liar{*transport, [&](const std::string& request, RpcReply& reply) {
                                const bool asked =
                                    request.find("\"getblock\"") != std::string::npos &&
                                    request.find(last) != std::string::npos;
                                if (!asked || position >= reply.body.size())
                                    return;
                                auto& digit = reply.body[position];
                                digit = digit == '0' ? '1' : '0';
                                ++flipped;
                            }};
        OnePass pass{liar, *fresh};
        const auto report = pass.sync.run_once();
        ASSERT_FALSE(report) << position;
        EXPECT_EQ(report.error().kind, FollowFaultKind::bad_block);
        EXPECT_NE(report.error().what.find("block 106"), std::string::npos);
        EXPECT_FALSE(fresh->known()[*fixed_from_display_hex<BlockHash>(last)].scanned_with);
        expect_followed(*real, *fresh, 105);
    }
    EXPECT_EQ(flipped, 4U);
}

TEST_F(FollowerTest, AHeaderThatIsNotTheOneAskedForIsRefused)
{
    real->mine(3);
    LyingTransport liar{*transport, [&](const std::string& request, RpcReply& reply) {
                            if (request.find("false") != std::string::npos)
                                reply.body[30] = reply.body[30] == '0' ? '1' : '0';
                        }};
    OnePass pass{liar, *intake};
    const auto report = pass.sync.run_once();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "bitcoin_malformed");
    EXPECT_EQ(intake->accepted, 0U);
}

TEST_F(FollowerTest, ANodeOfAnotherNetworkOrChainIsRefused)
{
    real->mine(2);
    SyncSettings settings;
    settings.network = btc::Network::mainnet;
    OnePass wrong{*transport, *intake, settings};
    const auto network = wrong.sync.run_once();
    ASSERT_FALSE(network);
    EXPECT_EQ(network.error().kind, FollowFaultKind::wrong_network);

    MemoryIntake elsewhere{{BlockHash{{1, 2, 3}}, ChainHeight{1}}};
    OnePass other{*transport, elsewhere};
    const auto chain = other.sync.run_once();
    ASSERT_FALSE(chain);
    EXPECT_EQ(chain.error().kind, FollowFaultKind::other_chain);
    EXPECT_EQ(elsewhere.accepted, 0U);
}

namespace
{
/// Three passes over one transport. Between them the node's chain may move.
void follow_thrice(RpcTransport& from, MemoryIntake& into, const std::function<void(int)>& between)
{
    OnePass pass{from, into};
    for (int turn = 0; turn < 3; ++turn)
    {
        const auto report = pass.sync.run_once();
        EXPECT_TRUE(report) << report.error().why;
        between(turn);
    }
}
}  // namespace

TEST_F(FollowerTest, ARecordedRunCanBeRepeatedWithoutTheNode)
{
    const TemporaryFolder folder;
    const char* keep = std::getenv("REFOLD_KEEP_RECORDING");
    const auto path = keep ? std::string{keep} : folder.path() + "/node.jsonl";
    real->mine(20);
    {
        RecordingTransport recording{*transport, path};
        follow_thrice(recording, *intake, [&](int turn) {
            if (turn == 0)
            {
                real->call("invalidateblock", {real->hash_at(15)});
                real->later();
                real->mine(9);
            }
            if (turn == 1)
                real->mine(1);
        });
    }
    real->stop();

    auto playback = PlaybackTransport::open(path);
    ASSERT_TRUE(playback) << playback.error();
    auto repeated = fresh_intake();
    follow_thrice(**playback, *repeated, [](int) {});
    EXPECT_EQ((*playback)->left(), 0U);
    EXPECT_EQ(repeated->known(), intake->known());
    EXPECT_EQ(repeated->accepted, intake->accepted);
    EXPECT_EQ(repeated->tip().hash, intake->tip().hash);
}

// The recording in fixtures was made by the test above, with REFOLD_KEEP_RECORDING naming the file.
TEST(RecordedNode, AReorganizationOfSixBlocksIsFollowedWithoutANode)
{
    auto playback = PlaybackTransport::open(REFOLD_SOURCE_DIR "/fixtures/bitcoin/reorg.jsonl");
    ASSERT_TRUE(playback) << playback.error();
    MemoryIntake intake{genesis_anchor()};
    intake.watched = watch_coinbases();
    follow_thrice(**playback, intake, [](int) {});
    EXPECT_EQ((*playback)->left(), 0U);
    // Genesis, 20 blocks, then 10 on another branch from block 14 on; each has one coinbase.
    EXPECT_EQ(intake.known().size(), 31U);
    EXPECT_EQ(intake.tip().height, ChainHeight{24});
    EXPECT_EQ(intake.accepted, 90U);
    EXPECT_TRUE(intake.complaints.empty());
}

// The thread.

class RunningFollowerTest : public FollowerTest
{
protected:
    SystemClock clock;
    FollowerSettings settings;
    std::unique_ptr<Node> node;

    void SetUp() override
    {
        FollowerTest::SetUp();
        if (IsSkipped())
            return;
        node = std::make_unique<Node>(*transport);
        settings.poll_ms = 50;
        settings.retry_first_ms = 20;
        settings.retry_most_ms = 200;
    }
};

TEST_F(RunningFollowerTest, SurvivesARestartWithAnotherCookie)
{
    real->mine(5);
    Follower follower{*node, *intake, clock, settings};
    ASSERT_TRUE(becomes_true([&] { return intake->tip().height == ChainHeight{5}; }));
    ASSERT_TRUE(becomes_true([&] { return follower.health().state == FollowerState::following; }));

    real->stop();
    ASSERT_TRUE(becomes_true([&] { return follower.health().state == FollowerState::waiting; }));
    const auto ill = follower.health();
    EXPECT_FALSE(ill.last_error->code.empty());
    EXPECT_FALSE(ill.last_error->why.empty());
    EXPECT_FALSE(ill.last_error->action.empty());
    EXPECT_EQ(ill.our_height, ChainHeight{5});

    real->start();
    real->mine(4);
    ASSERT_TRUE(becomes_true([&] { return intake->tip().height == ChainHeight{9}; }));
    ASSERT_TRUE(becomes_true([&] { return follower.health().state == FollowerState::following; }));
    EXPECT_FALSE(follower.health().last_error);
    EXPECT_EQ(follower.health().lag(), 0U);
    follower.stop();
    EXPECT_EQ(follower.health().state, FollowerState::stopped);
    expect_followed(*real, *intake, 9);
}

TEST_F(RunningFollowerTest, WhatIsAskedForIsDoneWhenTheFollowerIsWokenNotAtTheNextPoll)
{
    real->mine(4);
    intake->watched = {};
    settings.poll_ms = 3'600'000;
    Follower follower{*node, *intake, clock, settings};
    ASSERT_TRUE(becomes_true([&] { return intake->tip().height.value == 4; }));
    ASSERT_TRUE(becomes_true([&] { return follower.health().state == FollowerState::following; }));
    const auto second = *fixed_from_display_hex<BlockHash>(real->hash_at(2));

    intake->with([](auto& self) {
        self.watched = watch_coinbases(2);
        self.rescan = RescanWanted{2, ChainHeight{1}};
        return 0;
    });
    follower.wake();
    EXPECT_TRUE(becomes_true([&] { return intake->known().at(second).scanned_with == 2U; }));
    EXPECT_TRUE(intake->known().at(second).transactions.contains(0));
}

TEST_F(RunningFollowerTest, AnAnnouncementWakesIt)
{
    settings.poll_ms = 600'000;
    real->mine(1);
    Follower follower{*node, *intake, clock, settings};
    auto announcements = Announcements::listen(real->zmq(), [&] { follower.wake(); });
    ASSERT_TRUE(announcements) << announcements.error();
    ASSERT_TRUE(becomes_true([&] { return intake->tip().height == ChainHeight{1}; }));
    // A subscription takes a moment to reach the node; what is announced before it is lost.
    std::uint32_t height = 1;
    ASSERT_TRUE(becomes_true([&] {
        real->mine(1);
        ++height;
        return becomes_true([&] { return (*announcements)->heard() > 0; }, 300ms);
    }));
    EXPECT_TRUE(becomes_true([&] { return intake->tip().height.value == height; }));

    // A tip that moves back is announced as well.
    const auto heard = (*announcements)->heard();
    real->call("invalidateblock", {real->hash_at(static_cast<int>(height))});
    EXPECT_TRUE(becomes_true([&] { return (*announcements)->heard() > heard; }));
}

TEST_F(RunningFollowerTest, StopsWhileTheEngineDoesNotAnswer)
{
    real->mine(3);
    intake->interfere = [](const BitcoinFact&) { return std::optional{Admission::busy}; };
    settings.sync.busy_first_ms = 60'000;
    Follower follower{*node, *intake, clock, settings};
    std::this_thread::sleep_for(300ms);
    const auto begin = std::chrono::steady_clock::now();
    follower.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

TEST(Announcements, ABrokenEndpointIsNamed)
{
    const auto broken = Announcements::listen("nonsense", [] {});
    ASSERT_FALSE(broken);
    EXPECT_NE(broken.error().find("nonsense"), std::string::npos);
}

TEST_F(FollowerTest, AnOutputIsSeenUntilItIsSpent)
{
    real->mine(101);
    const auto raw = spend_coinbase(*real, 1);
    const auto spend = btc::decode_transaction(raw);
    Node node{*transport};
    const auto before = node.unspent(spend->inputs[0].previous);
    ASSERT_TRUE(before && *before);
    EXPECT_EQ((*before)->value.value(), 5'000'000'000U);
    EXPECT_EQ((*before)->script, kAnyoneScript);
    EXPECT_TRUE((*before)->coinbase);
    real->mine_with({raw});
    const auto after = node.unspent(spend->inputs[0].previous);
    ASSERT_TRUE(after);
    EXPECT_FALSE(*after);
    const auto created = node.unspent({btc::txid(*spend), 1});
    ASSERT_TRUE(created && *created);
    EXPECT_EQ((*created)->value.value(), 1'000'000U);
    EXPECT_EQ((*created)->confirmations, 1U);
}
}  // namespace engine::bitcoind

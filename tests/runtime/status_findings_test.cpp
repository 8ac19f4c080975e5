// What `engine status` finds, row by row: each bound from both sides.

#include "engine/runtime/status_findings.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace engine
{
namespace
{
constexpr std::int64_t kNow = 1'800'000'000'000;
constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;

std::vector<std::string> codes_of(const StatusFindings& findings)
{
    std::vector<std::string> out;
    for (const auto& finding : findings)
        out.push_back(std::string{finding.kind.code});
    return out;
}

/// One change to facts of which nothing is found, and what is found then.
template <typename Facts>
struct Row
{
    const char* says;
    std::function<void(Facts&)> change;
    const ErrorKind* found;  ///< Null: nothing.
    Severity severity = Severity::warning;
};

/// Facts of which nothing is found, what is found of others, and by whom.
template <typename Facts>
struct Table
{
    Facts good;
    std::vector<Row<Facts>> rows;
    std::function<StatusFindings(const Facts&)> find;
};

template <typename Facts>
void check(const Table<Facts>& table)
{
    EXPECT_THAT(codes_of(table.find(table.good)), testing::IsEmpty());
    for (const auto& row : table.rows)
    {
        SCOPED_TRACE(row.says);
        auto facts = table.good;
        row.change(facts);
        const auto findings = table.find(facts);
        if (!row.found)
        {
            EXPECT_THAT(codes_of(findings), testing::IsEmpty());
            continue;
        }
        ASSERT_EQ(findings.size(), 1U);
        EXPECT_EQ(findings[0].kind.code, row.found->code);
        EXPECT_EQ(findings[0].severity, row.severity);
        EXPECT_FALSE(findings[0].part.empty());
        EXPECT_FALSE(findings[0].what.empty());
        EXPECT_FALSE(findings[0].what_to_do().empty());
        EXPECT_EQ(has_error(findings), row.severity == Severity::error);
    }
}

Table<NodeFacts> node_table()
{
    NodeFacts good;
    good.height = LogHeight{20'000};
    good.sealed = LogHeight{20'000};
    good.log_time = LogTime{kNow - kHour};
    good.now = LogTime{kNow};
    using F = NodeFacts;
    return {good,
        {{"it has stopped itself", [](F& f) { f.failed = true; }, &errors::kNodeFailed,
             Severity::error},
            {"no room", [](F& f) { f.has_room = false; }, &errors::kDiskFull, Severity::error},
            {"restored", [](F& f) { f.held = "backup 7"; }, &errors::kHeld, Severity::error},
            {"the clock jumped", [](F& f) { f.clock_stands = true; }, &errors::kClockStands,
                Severity::error},
            {"the log is a minute ahead of the clock",
                [](F& f) { f.log_time = LogTime{kNow + kMinute}; }, nullptr},
            {"and a millisecond more", [](F& f) { f.log_time = LogTime{kNow + kMinute + 1}; },
                &errors::kClockBehind},
            {"requests have waited for ten seconds",
                [](F& f) { f.queued = 3, f.stalled_ms = 10'000; }, nullptr},
            {"and a millisecond more", [](F& f) { f.queued = 3, f.stalled_ms = 10'001; },
                &errors::kLogStalls, Severity::error},
            {"an unsealed block, and the log moves",
                [](F& f) {
                    f.sealed = LogHeight{19'999};
                    f.log_time = LogTime{kNow - kMinute};
                },
                nullptr},
            {"an unsealed block, and the log stands still",
                [](F& f) {
                    f.sealed = LogHeight{19'999};
                    f.log_time = LogTime{kNow - kMinute - 1};
                },
                &errors::kSealLags},
            {"10,000 unsealed blocks of a log that moves",
                [](F& f) {
                    f.sealed = LogHeight{10'000};
                    f.log_time = LogTime{kNow};
                },
                nullptr},
            {"one more",
                [](F& f) {
                    f.sealed = LogHeight{9'999};
                    f.log_time = LogTime{kNow};
                },
                &errors::kSealLags},
            {"no seal of a log that stands still", [](F& f) { f.sealed.reset(); },
                &errors::kSealLags}},
        &node_findings};
}

TEST(StatusFindings, ARestoredLogIsNotBlamedForWaiting)
{
    NodeFacts facts;
    facts.held = "backup 7";
    facts.height = LogHeight{9};
    facts.now = LogTime{kNow};
    facts.queued = 1;
    facts.stalled_ms = kHour;
    EXPECT_THAT(codes_of(node_findings(facts)), testing::ElementsAre("RF-0704"));
}

Table<EffectFacts> effect_table()
{
    using F = EffectFacts;
    return {{},
        {{"open ones", [](F& f) { f.totals.pending = 3, f.totals.taken = 2; }, nullptr},
            {"nobody to carry them out, and none", [](F& f) { f.has_executor = false; }, nullptr},
            {"and one", [](F& f) { f.has_executor = false, f.totals.pending = 1; },
                &errors::kNoExecutor},
            {"halted", [](F& f) { f.totals.halted = true; }, &errors::kHalted, Severity::error},
            {"halted by order", [](F& f) { f.totals.halt_ordered = true; }, &errors::kHaltOrdered,
                Severity::error},
            {"parked", [](F& f) { f.totals.parked = 1; }, &errors::kParked, Severity::error},
            {"failing", [](F& f) { f.failing = 1, f.failure = "no answer"; },
                &errors::kEffectTrouble, Severity::error},
            {"many failing", [](F& f) { f.failing = 1'000, f.failure = "no answer"; },
                &errors::kEffectTrouble, Severity::error}},
        &effect_findings};
}

Table<FollowerFacts> follower_table()
{
    FollowerFacts good;
    good.blocks_are_regular = true;
    good.height = good.headers = ChainHeight{900'000};
    using F = FollowerFacts;
    const auto in = [](F::Trouble trouble) {
        return [=](F& f) {
            f.trouble = trouble;
            f.what = "cannot follow this node";
        };
    };
    return {good,
        {{"away", in(F::Trouble::away), &errors::kBitcoinTrouble, Severity::error},
            {"it lies", in(F::Trouble::lies), &errors::kBitcoinLies, Severity::error},
            {"on another chain", in(F::Trouble::other_chain), &errors::kWrongNetwork,
                Severity::error},
            {"the same block for two hours", [](F& f) { f.quiet_ms = 2 * kHour; }, nullptr},
            {"and a millisecond more", [](F& f) { f.quiet_ms = 2 * kHour + 1; },
                &errors::kBitcoinStale, Severity::error},
            {"for days, on regtest",
                [](F& f) {
                    f.quiet_ms = 72 * kHour;
                    f.blocks_are_regular = false;
                },
                nullptr},
            {"a block below the log", [](F& f) { f.behind = 1; }, &errors::kBitcoinStale,
                Severity::error},
            {"two branches in turn, twice", [](F& f) { f.returns = 2; }, nullptr},
            {"and once more", [](F& f) { f.returns = 3; }, &errors::kBitcoinFlaps},
            {"syncing", [](F& f) { f.is_syncing = true; }, &errors::kBitcoinSyncing}},
        &follower_findings};
}

Table<std::uint64_t> logging_table()
{
    return {0, {{"a line", [](std::uint64_t& n) { n = 1; }, &errors::kLinesDropped}},
        &logging_findings};
}

TEST(StatusFindings, OfTheNode)
{
    check(node_table());
}

TEST(StatusFindings, OfEffects)
{
    check(effect_table());
}

TEST(StatusFindings, OfTheFollower)
{
    check(follower_table());
}

TEST(StatusFindings, OfLogLines)
{
    check(logging_table());
}

Table<ChainFacts> chain_table()
{
    const auto at = [](std::int64_t ms) {
        return ChainTime{static_cast<std::uint32_t>((kNow + ms) / 1'000)};
    };
    ChainFacts good;
    good.is_followed = true;
    good.blocks_are_regular = true;
    good.height = ChainHeight{900'000};
    good.tip_time = at(0);
    good.now = LogTime{kNow};
    using F = ChainFacts;
    return {good,
        {{"no header yet", [](F& f) { f.tip_time.reset(); }, nullptr},
            {"two hours old", [&](F& f) { f.tip_time = at(-2 * kHour); }, nullptr},
            {"and a second more", [&](F& f) { f.tip_time = at(-2 * kHour - 1'000); },
                &errors::kBitcoinStale},
            {"old, and nobody follows",
                [&](F& f) {
                    f.tip_time = at(-9 * kHour);
                    f.is_followed = false;
                },
                nullptr},
            {"old, on regtest",
                [&](F& f) {
                    f.tip_time = at(-9 * kHour);
                    f.blocks_are_regular = false;
                },
                nullptr},
            {"two hours ahead", [&](F& f) { f.tip_time = at(2 * kHour); }, nullptr},
            {"and a second more", [&](F& f) { f.tip_time = at(2 * kHour + 1'000); },
                &errors::kClockBehind}},
        &chain_findings};
}

Table<MachineFacts> machine_table()
{
    MachineFacts good;
    good.data_directory = "/data";
    good.now = LogTime{kNow};
    good.disk_bytes = 1'000'000'000;
    good.disk_free = 500'000'000;
    good.key_file = "/data/keys/sequencer.key";
    good.key_mode = 0600;
    good.data_mode = 0700;
    good.open_files_max = 1024;
    good.connections_max = 256;
    good.checkpoint_every = 1'000;
    good.height = LogHeight{5'000};
    good.checkpoint = LogHeight{4'900};
    good.backup = BackupFacts{"/safe", LogTime{kNow - kHour}, {}, 24};
    using F = MachineFacts;
    const auto without_checkpoint = [](std::uint64_t every, std::uint64_t height) {
        return [=](F& f) {
            f.checkpoint.reset();
            f.checkpoint_every = every;
            f.height = LogHeight{height};
        };
    };
    return {good,
        {{"a tenth is free", [](F& f) { f.disk_free = 100'000'000; }, nullptr},
            {"less", [](F& f) { f.disk_free = 99'999'000; }, &errors::kDiskNearlyFull},
            {"none", [](F& f) { f.disk_free = 0; }, &errors::kDiskNearlyFull},
            {"nobody knows", [](F& f) { f.disk_free.reset(); }, nullptr},
            {"in memory", [](F& f) { f.storage = StorageKind::memory; }, &errors::kDataInMemory},
            {"on a network", [](F& f) { f.storage = StorageKind::network; },
                &errors::kDataOnNetwork},
            {"a key for its owner", [](F& f) { f.key_mode = 0400; }, nullptr},
            {"a key for a group", [](F& f) { f.key_mode = 0640; }, &errors::kKeyModes,
                Severity::error},
            {"a key for all", [](F& f) { f.key_mode = 0604; }, &errors::kKeyModes, Severity::error},
            {"no key file", [](F& f) { f.key_mode.reset(); }, nullptr},
            {"a directory for a group", [](F& f) { f.data_mode = 0750; }, &errors::kDataModes},
            {"enough files", [](F& f) { f.open_files_max = 768; }, nullptr},
            {"one too few", [](F& f) { f.open_files_max = 767; }, &errors::kFewOpenFiles},
            {"core dumps", [](F& f) { f.core_dumps = true; }, &errors::kCoreDumps},
            {"two periods without a checkpoint", [](F& f) { f.checkpoint = LogHeight{3'000}; },
                nullptr},
            {"one block more", [](F& f) { f.checkpoint = LogHeight{2'999}; },
                &errors::kCheckpointOld},
            {"no checkpoint of a long log", without_checkpoint(1'000, 5'000),
                &errors::kCheckpointOld},
            {"no checkpoint of a short log", without_checkpoint(1'000, 2'000), nullptr},
            {"on request only, and a million blocks", without_checkpoint(0, 1'000'000), nullptr},
            {"one more", without_checkpoint(0, 1'000'001), &errors::kCheckpointOld},
            {"no backup is wanted", [](F& f) { f.backup.reset(); }, nullptr},
            {"no backup yet", [](F& f) { f.backup->made.reset(); }, &errors::kNoBackupYet},
            {"a backup of a day", [](F& f) { f.backup->made = LogTime{kNow - 24 * kHour}; },
                nullptr},
            {"and a millisecond more",
                [](F& f) { f.backup->made = LogTime{kNow - 24 * kHour - 1}; }, &errors::kBackupOld},
            {"of another log", [](F& f) { f.backup->unusable = "it is another log's"; },
                &errors::kBackupUnusable, Severity::error}},
        &machine_findings};
}

TEST(StatusFindings, OfTheChain)
{
    check(chain_table());
}

TEST(StatusFindings, OfTheMachine)
{
    check(machine_table());
}

TEST(StatusFindings, EachIsToldOnceWithAllThatIsToSay)
{
    const auto bitcoin = [](const ErrorKind& kind, Severity severity, const char* what) {
        return StatusFinding{kind, severity, "bitcoin", what, std::string{what} + "!"};
    };
    const auto one = merged({bitcoin(errors::kBitcoinStale, Severity::warning, "block 9 is old"),
        bitcoin(errors::kBitcoinSyncing, Severity::warning, "it syncs"),
        bitcoin(errors::kBitcoinStale, Severity::error, "no other block came"),
        bitcoin(errors::kBitcoinStale, Severity::warning, "it is below the log")});
    ASSERT_THAT(codes_of(one), testing::ElementsAre("RF-0714", "RF-0713"));
    EXPECT_EQ(one[0].severity, Severity::error);
    EXPECT_EQ(one[0].what, "no other block came; block 9 is old; it is below the log");
    EXPECT_EQ(one[0].what_to_do(), "no other block came!");
}

template <typename Facts>
void add_codes(const Table<Facts>& table, std::set<std::string>& codes)
{
    for (const auto& row : table.rows)
    {
        if (row.found != nullptr)
            codes.emplace(row.found->code);
    }
}

TEST(StatusFindings, EveryCodeIsRaisedBySomething)
{
    std::set<std::string> raised, known;
    add_codes(node_table(), raised);
    add_codes(effect_table(), raised);
    add_codes(follower_table(), raised);
    add_codes(chain_table(), raised);
    add_codes(machine_table(), raised);
    add_codes(logging_table(), raised);
    for (const auto& kind : error_kinds())
    {
        if (kind.code.starts_with("RF-07"))
            known.emplace(kind.code);
    }
    EXPECT_EQ(raised, known);
}

TEST(StatusFindings, EveryKindSaysWhyAndWhatToDo)
{
    std::size_t count = 0;
    for (const auto& kind : error_kinds())
    {
        if (!kind.code.starts_with("RF-07"))
            continue;
        ++count;
        EXPECT_FALSE(kind.explanation.empty()) << kind.code;
        EXPECT_FALSE(kind.remedy.empty()) << kind.code;
    }
    EXPECT_GE(count, 28U);
}
}  // namespace
}  // namespace engine

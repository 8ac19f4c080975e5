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

template <typename Facts, typename Find>
void check(const Facts& good, const std::vector<Row<Facts>>& rows, const Find& find)
{
    EXPECT_THAT(codes_of(find(good)), testing::IsEmpty());
    for (const auto& row : rows)
    {
        SCOPED_TRACE(row.says);
        auto facts = good;
        row.change(facts);
        const auto findings = find(facts);
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

TEST(StatusFindings, OfTheNode)
{
    NodeFacts good;
    good.height = LogHeight{20'000};
    good.sealed = LogHeight{20'000};
    good.log_time = LogTime{kNow - kHour};
    good.now = LogTime{kNow};
    using F = NodeFacts;
    check<F>(good,
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
        &node_findings);
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

TEST(StatusFindings, OfEffects)
{
    using F = outbox::Totals;
    check<F>({},
        {{"open ones", [](F& f) { f.pending = 3, f.taken = 2; }, nullptr},
            {"halted", [](F& f) { f.halted = true; }, &errors::kHalted, Severity::error},
            {"halted by order", [](F& f) { f.halt_ordered = true; }, &errors::kHaltOrdered,
                Severity::error},
            {"parked", [](F& f) { f.parked = 1; }, &errors::kParked, Severity::error}},
        &effect_findings);
}

TEST(StatusFindings, OfTheChain)
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
    check<F>(good,
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
        &chain_findings);
}

TEST(StatusFindings, OfTheMachine)
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
    check<F>(good,
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
            {"no checkpoint of a long log", [](F& f) { f.checkpoint.reset(); },
                &errors::kCheckpointOld},
            {"no checkpoint of a short log",
                [](F& f) {
                    f.checkpoint.reset();
                    f.height = LogHeight{2'000};
                },
                nullptr},
            {"on request only, and a million blocks",
                [](F& f) {
                    f.checkpoint_every = 0;
                    f.checkpoint.reset();
                    f.height = LogHeight{1'000'000};
                },
                nullptr},
            {"one more",
                [](F& f) {
                    f.checkpoint_every = 0;
                    f.checkpoint.reset();
                    f.height = LogHeight{1'000'001};
                },
                &errors::kCheckpointOld},
            {"no backup is wanted", [](F& f) { f.backup.reset(); }, nullptr},
            {"no backup yet", [](F& f) { f.backup->made.reset(); }, &errors::kNoBackupYet},
            {"a backup of a day", [](F& f) { f.backup->made = LogTime{kNow - 24 * kHour}; },
                nullptr},
            {"and a millisecond more",
                [](F& f) { f.backup->made = LogTime{kNow - 24 * kHour - 1}; }, &errors::kBackupOld},
            {"of another log", [](F& f) { f.backup->unusable = "it is another log's"; },
                &errors::kBackupUnusable, Severity::error}},
        &machine_findings);
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

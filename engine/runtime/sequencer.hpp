#pragma once

#include "engine/core/law.hpp"
#include "engine/core/outcome.hpp"
#include "engine/log/log.hpp"
#include "engine/ports/clock.hpp"
#include "engine/ports/executor.hpp"
#include "engine/runtime/ahead.hpp"
#include "engine/runtime/catch_up.hpp"
#include "engine/runtime/ignored_facts.hpp"
#include "engine/runtime/open_block.hpp"
#include "engine/runtime/refolder.hpp"
#include "engine/runtime/root_keeper.hpp"
#include "engine/runtime/submission.hpp"
#include "engine/runtime/validator.hpp"
#include "engine/store/live_state.hpp"
#include "engine/store/state_store.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace engine
{
struct SequencerOptions
{
    std::size_t block_bytes_max = std::size_t{4} << 20;
    std::size_t block_events_max = 65'536;

    /// Submissions that may wait; more are told to come later.
    std::size_t queue_max = 4'096;

    /// With more changed rows than this since the last rooted height, the next block must be
    /// rooted.
    std::size_t changed_rows_max = kChangedRowsMax;

    /// The same for the memory of these rows: they can't be evicted.
    std::size_t changed_bytes_max = std::size_t{256} << 20;
    std::int64_t rooted_every_ms = kRootedEveryMs;

    /// An unrooted tip is rooted by an empty block after this silence.
    std::int64_t idle_root_ms = 100;

    /// Changed rows, their memory, or log time since the last flush, after which the state is
    /// flushed.
    std::size_t flush_rows = 262'144;
    std::size_t flush_bytes = std::size_t{64} << 20;
    std::int64_t flush_every_ms = 30'000;

    /// How much of what is ignored enters the log, of facts of Bitcoin.
    IgnoredFacts::Limits ignored = {};

    /// Why no block is opened, if that is so: then events are turned away, and reads are served.
    std::optional<std::string> held = {};
};

/// What a durable block did, told to those who follow the log.
struct DurableBlock
{
    const log::BlockHeader& header;
    const LogBlockHash& hash;
    const std::shared_ptr<const Bytes>& bytes;  ///< The whole block.
    const Changes& changes;
};

/// The durable state: what executors, adapters, the API and proofs may see.
struct DurableView
{
    const StateView& state;
    const log::BlockHeader& header;  ///< Of the newest durable block.
    const LogBlockHash& hash;
};

/// Numbers for status and metrics.
struct SequencerStatus
{
    LogHeight height;  ///< Newest durable.
    LogTime time;
    LogBlockHash hash;
    std::optional<log::KnownRoot> root;
    std::optional<log::Seal> seal;
    std::optional<StateMark> flushed;
    std::uint64_t events = 0;  ///< Durable, since the start of this process.
    std::uint64_t applied = 0;
    std::uint64_t ignored = 0;
    std::uint64_t refused = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t gaps = 0;
    std::uint64_t invalid = 0;
    std::uint64_t queued = 0;  ///< Submissions that wait.
    std::size_t rows_in_memory = 0;
    std::size_t memory_bytes = 0;
    bool has_room = true;
    bool clock_stands = false;
    std::optional<std::string> held;  ///< Why no block is opened.
};

/// Turns submitted events into durable blocks, and answers.
///
/// Everything happens in tasks: folding on Lane::fold, which owns this object; writing on
/// Lane::log; hashing and flushing on Lane::root; decoding and validation on Lane::check. A block
/// gathers what is accepted while the one before it is written; at most these two are ahead of the
/// disk. Answers, readers and followers see durable blocks alone.
class Sequencer
{
public:
    struct Parts
    {
        Executor& executor;
        const Clock& clock;
        log::Log& log;
        StateStore& store;
        LiveState& state;
        const SecretKey& key;
        std::function<void(const log::Seal&)> save_seal;  ///< On Lane::root, when one is made.
    };

    /// Continues after what `folded` has folded, whose newest root is `root`.
    Sequencer(Parts parts, const SequencerOptions& options, const Refolder& folded,
        const RootedBlock& root, std::optional<log::Seal> seal);

    // From any thread.

    /// Takes events in; answers when all that they rest on is durable.
    void submit(Submission submission);

    /// Runs a reader on the durable state, between blocks. Readers are short.
    void read(std::function<void(const DurableView&)> reader);

    /// Starts timers and work that was due: to be called once.
    void start();

    /// Accepts nothing more, writes what was accepted, roots and flushes the tip, then calls back.
    void drain(std::function<void()> done);

    // From Lane::fold, or before the first task.

    /// Calls a follower for every block from now on, once it is durable.
    void follow(std::function<void(const DurableBlock&)> follower);

    /// Called once if the engine must stop: a failed write, a broken law, a defect.
    void on_failure(std::function<void(const std::string&)> handler);

    /// Stops the engine: nothing more is accepted or written, and whoever waits is told so. For
    /// what was found beside the folding; a second reason is passed over.
    void fail(const std::string& why);

    /// Flushes at the newest rooted height, then runs a task on Lane::root: checkpoints, proofs.
    /// With `at_least` not before a block of that height or a later one is rooted, if any will be.
    /// Once the engine has failed `refused` is called instead, on Lane::fold.
    void at_root(RootTask task, std::function<void()> refused, LogHeight at_least = {});

    SequencerStatus status() const;
    const GenesisId& genesis_id() const { return m_genesis; }
    const Genesis& constants() const { return m_constants; }
    bool failed() const { return m_failed.has_value(); }

private:
    struct Incoming
    {
        std::vector<CheckedEvent> events;
        RulesVersion rules;    ///< They are checked under these.
        bool ready = false;    ///< Checked, and what its fold needs is at hand.
        std::size_t next = 0;  ///< The first that is not judged.
        std::shared_ptr<PendingAnswer> answer;
    };

    RootKeeper::Parts root_parts();
    void post_fold(Task task, std::int64_t delay_ms = 0);
    std::optional<Receipt> turned_away() const;
    void enqueue(Submission submission);
    void look_ahead(const std::shared_ptr<Incoming>& incoming);
    void pump();
    bool can_fold() const;
    void sequence(Incoming& incoming, std::size_t index);
    void judge(
        Incoming& incoming, std::size_t index, const Event& event, const CheckedEvent& checked);
    bool is_ignored_fact(const Event& event) const;
    std::optional<Receipt> kept_out(const Event& event, const CheckedEvent& checked) const;
    Receipt receipt_of(const Event& event, const CheckedEvent& checked) const;
    void answer(const std::shared_ptr<PendingAnswer>& answer, std::size_t index, Receipt receipt);
    void give(const WaitingReceipt& waiting);
    void count(const Receipt& receipt);

    Context context_for(std::uint32_t index, const EventHash& hash, std::size_t bytes) const;
    LogTime time_now() const;
    bool is_too_far(LogTime time) const;
    void prepare_block();
    void open_block();
    void enter(ByteView bytes, const EventHash& hash);
    bool may_open() const;
    void open_if_due();

    void close_if_idle();
    bool must_root() const;
    void close_block();
    std::optional<std::string> broken_law() const;
    void write();
    void written(
        const log::LogResult<Done>& result, const std::shared_ptr<log::EncodedBlock>& block);
    void durable(const log::EncodedBlock& block);
    void prepare_log();

    void arm_idle_root();
    void arm_deadline();
    void open_empty_block();
    void finish_drain();

    Parts m;
    SequencerOptions m_options;
    GenesisId m_genesis;
    Genesis m_constants;
    Validator m_validator;
    std::vector<Law> m_laws;

    std::deque<std::shared_ptr<Incoming>> m_queue;
    Outcome m_outcome;
    ClaimCache m_claims;
    IgnoredFacts m_ignored;

    // The block to come. Its header's height, time and rules are set while it is not yet opened;
    // it is opened when an event enters it.
    OpenBlock m_open;
    bool m_is_open = false;
    bool m_clock_stands = false;  // Only an operator's ClockJumpAllowed may enter it.
    LogHeight m_last_height;      // Of the newest closed block.
    LogTime m_last_time;

    // The block being written.
    OpenBlock m_writing;
    bool m_is_writing = false;

    // The newest durable block.
    log::BlockHeader m_tip;
    LogBlockHash m_tip_hash;

    RootKeeper m_roots;
    bool m_preparing_log = false;
    std::optional<std::int64_t> m_deadline_wake;  // Monotonic: when the next look is due.
    bool m_draining = false;
    std::function<void()> m_drained;
    std::optional<std::string> m_failed;
    std::function<void(const std::string&)> m_on_failure;
    std::vector<std::function<void(const DurableBlock&)>> m_followers;
    SequencerStatus m_counts;
};
}  // namespace engine

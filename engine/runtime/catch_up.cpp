#include "engine/runtime/catch_up.hpp"

#include "engine/base/hex.hpp"
#include "engine/domain/access/queries.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/root_ahead.hpp"
#include "engine/store/memory_plan.hpp"

#include <fmt/format.h>

#include <map>

namespace engine
{
namespace
{
constexpr std::size_t kSetsAheadMax = 64;

/// State roots that were computed against those that the log recorded, whichever comes first.
class RootChecks
{
    struct Recorded
    {
        LogHeight by;  // The block that says it.
        StateRoot root;
    };
    struct Check
    {
        std::optional<StateRoot> computed;
        std::optional<Recorded> recorded;
    };
    std::map<LogHeight, Check> m_open;
    std::uint64_t m_equal = 0;

public:
    /// The root of this height will be computed.
    void expect(LogHeight height) { m_open[height]; }

    std::optional<RootDifference> computed(LogHeight height, const StateRoot& root)
    {
        m_open[height].computed = root;
        return check(height);
    }

    std::optional<RootDifference> recorded(const log::BlockHeader& header)
    {
        if (!header.known_root)
            return std::nullopt;
        const auto open = m_open.find(header.known_root->height);
        if (open == m_open.end() || open->second.recorded)
            return std::nullopt;
        open->second.recorded = Recorded{header.height, header.known_root->root};
        return check(header.known_root->height);
    }

    /// It was computed, and no block has said what it is.
    bool wants_record(LogHeight height) const
    {
        const auto open = m_open.find(height);
        return open != m_open.end() && open->second.computed && !open->second.recorded;
    }

    std::uint64_t equal() const { return m_equal; }

private:
    std::optional<RootDifference> check(LogHeight height)
    {
        const auto open = m_open.find(height);
        const auto [computed, recorded] = open->second;
        if (!computed || !recorded)
            return std::nullopt;
        m_open.erase(m_open.begin(), std::next(open));
        if (*computed != recorded->root)
            return RootDifference{height, recorded->by, recorded->root, *computed};
        ++m_equal;
        return std::nullopt;
    }
};

/// One fold of a log from where a store stands.
class CatchUp
{
    const log::Log& m_log;
    StateStore& m_store;
    const CatchUpOptions& m_options;
    const OnProgress& m_on_progress;
    log::LogTip m_tip;
    CaughtUp m_result;
    LogHeight m_newest_rooted;  // At or above it is the newest rooted height to be folded.
    std::optional<LogIdentity> m_identity;
    RootChecks m_roots;
    std::optional<OperatorError> m_failed;
    std::uint64_t m_pending_rows;  // Taken since the last flush.
    std::uint64_t m_pending_bytes;
    std::size_t m_flush_bytes;
    RootAhead m_ahead;

public:
    CatchUp(const log::Log& log, StateStore& store, const CatchUpOptions& options,
        const OnProgress& on_progress, log::LogTip tip)
      : m_log{log},
        m_store{store},
        m_options{options},
        m_on_progress{on_progress},
        m_tip{std::move(tip)},
        m_pending_rows{store.pending_rows()},
        m_pending_bytes{store.pending_bytes()},
        m_flush_bytes{memory_plan(options.memory_bytes_max).flush_bytes},
        m_ahead{store, options.executor}
    {}

    Result<CaughtUp, OperatorError> run()
    {
        if (auto error = begin())
            return Failure{*std::move(error)};
        if (m_options.on_event)
            m_result.folded->on_event(m_options.on_event);
        if (auto error = find_newest_rooted())
            return Failure{*std::move(error)};
        auto error = fold_tail();
        // What was hashed meanwhile belongs to blocks before the one that the error is about.
        if (auto earlier = settle())
            return Failure{*std::move(earlier)};
        if (error)
            return Failure{*std::move(error)};
        if (auto other = compare_end_root())
            return Failure{*std::move(other)};
        m_result.roots_checked = m_roots.equal();
        return std::move(m_result);
    }

private:
    LogHeight last() const
    {
        return m_options.to ? std::min(*m_options.to, m_tip.header.height) : m_tip.header.height;
    }

    RefoldOptions refold_options() const
    {
        return {.validate = m_options.validate_all, .laws = m_options.laws};
    }

    std::optional<OperatorError> begin()
    {
        const auto mark = m_store.stands_at();
        m_result.state = std::make_unique<LiveState>(Modules::tables(), &m_store,
            LiveOptions{.memory_bytes_max = m_options.memory_bytes_max,
                .complete = !mark,
                .hash_seed = m_options.hash_seed});
        if (!mark)
        {
            m_result.folded = std::make_unique<Refolder>(*m_result.state, refold_options());
            return std::nullopt;
        }
        return begin_at(*mark);
    }

    std::optional<OperatorError> begin_at(const StateMark& mark)
    {
        if (mark.height > m_tip.header.height)
            return OperatorError{errors::kStateFailed, m_store.directory(),
                fmt::format("the state stands at height {}, and the log ends at {}: one of the two "
                            "is from a backup",
                    mark.height.value, m_tip.header.height.value),
                "restore the log that belongs to it, or remove the state directory to rebuild it"};
        const auto zero = log::read_block(m_log, LogHeight{0});
        if (!zero)
            return from_log(zero.error());
        const auto block = log::read_block(m_log, mark.height);
        if (!block)
            return from_log(block.error());
        if (log::block_hash(ByteView{*block}) != mark.block_hash)
            return OperatorError{errors::kStateFailed, m_store.directory(),
                fmt::format("the state belongs to another log: at height {} it names block {}",
                    mark.height.value, to_hex(mark.block_hash.bytes)),
                ""};
        const auto block_0 = log::BlockView::parse(*zero);
        const auto header = log::decode_header(*block);
        ENSURE(block_0.has_value());
        ENSURE(header.has_value());
        m_result.folded = std::make_unique<Refolder>(
            *m_result.state, refold_options(), *block_0, *header, mark.block_hash);
        m_result.root = {mark.height, mark.block_hash, mark.root};
        m_roots.computed(mark.height, mark.root);
        return refuse_newer_rules();
    }

    /// A state may know of rules that this version doesn't have, in force or scheduled.
    std::optional<OperatorError> refuse_newer_rules() const
    {
        const auto newest = access::newest_rules(*m_result.state);
        if (newest <= access::kNewestRules)
            return std::nullopt;
        return OperatorError{errors::kNewer, m_store.directory(),
            fmt::format("its {} names rules of version {}, and this version has rules up to {}",
                access::kRules.name, newest.value, access::kNewestRules.value),
            ""};
    }

    EventChecks checks_of(LogHeight height) const
    {
        const bool is_sealed = m_options.sealed && height <= *m_options.sealed;
        return m_options.validate_all || !is_sealed ? EventChecks::all : EventChecks::vouched;
    }

    /// What events are validated against. A log without it is told of when block 0 is folded.
    const LogIdentity* identity()
    {
        if (auto known = identify(m_log))
            m_identity = *std::move(known);
        return m_identity ? &*m_identity : nullptr;
    }

    std::optional<OperatorError> fold_tail()
    {
        auto& folded = *m_result.folded;
        if (folded.next_height() > last())
            return std::nullopt;
        auto reader = m_log.reader(folded.next_height());
        if (!reader)
            return from_log(reader.error());
        ReadAhead blocks{*std::move(reader), {folded.next_height(), last()},
            [this](LogHeight height) { return checks_of(height); }, identity(), m_options.executor,
            m_options.ahead};
        while (folded.next_height() <= last())
        {
            const auto block = blocks.next();
            if (!block)
                return from_log(block.error());
            if (*block == nullptr)
                return from_log({.code = log::LogErrorCode::missing,
                    .what = "the log ends before its own end",
                    .file = {},
                    .offset = {},
                    .height = folded.next_height(),
                    .repair = log::how_to_repair()});
            if (auto error = fold_block(**block))
                return error;
            if (m_on_progress)
                m_on_progress((*block)->progress, folded);
        }
        return std::nullopt;
    }

    std::optional<OperatorError> fold_block(const ReadyBlock& ready)
    {
        if (const auto finding = m_result.folded->fold(ready.block, ready.checked))
        {
            if (m_options.findings != nullptr)
                m_options.findings->fold = finding;
            return from_finding(*finding);
        }
        const auto& header = ready.block.header();
        if (auto error = judge(m_roots.recorded(header)))
            return error;
        if (auto error = collect())
            return error;
        return header.rooted ? root(header) : std::nullopt;
    }

    /// Whether the root of a rooted height has to be computed: when it may be the newest, when rows
    /// have gathered, or when every one is asked for.
    bool wants_root(const log::BlockHeader& header) const
    {
        return m_options.every_root || header.height >= m_newest_rooted ||
               m_result.state->dirty_rows() >= m_options.flush_rows ||
               m_result.state->dirty_bytes() >= m_flush_bytes;
    }

    /// The last block's header says from where on the newest rooted height is: it is rooted itself,
    /// or not before the root that it knows.
    std::optional<OperatorError> find_newest_rooted()
    {
        const auto bytes = log::read_block(m_log, last());
        if (!bytes)
            return from_log(bytes.error());
        const auto header = log::decode_header(*bytes);
        ENSURE(header.has_value());
        m_newest_rooted = header->rooted       ? header->height
                          : header->known_root ? header->known_root->height
                                               : LogHeight{0};
        return std::nullopt;
    }

    std::optional<OperatorError> root(const log::BlockHeader& header)
    {
        if (!wants_root(header))
            return std::nullopt;
        auto set = m_result.state->freeze(header.height);
        m_pending_rows += set.rows().size();
        m_pending_bytes += set.bytes();
        const bool wants_flush =
            m_pending_rows >= m_options.flush_rows || m_pending_bytes >= m_flush_bytes;
        // What is flushed is where the next start begins: every root that is recorded so far has
        // been compared.
        if (wants_flush || is_too_far_ahead())
        {
            if (auto error = settle())
                return error;
        }
        if (wants_flush)
            m_pending_rows = m_pending_bytes = 0;
        m_roots.expect(header.height);
        m_ahead.take(std::move(set), header.height, m_result.folded->last_hash(), wants_flush);
        return m_options.executor == nullptr ? collect() : std::nullopt;
    }

    bool is_too_far_ahead() const
    {
        return m_ahead.sets() >= kSetsAheadMax || m_ahead.rows() >= m_options.flush_rows ||
               m_ahead.bytes() >= m_flush_bytes;
    }

    /// The first thing wrong with a root, or with hashing and flushing: nothing later goes before
    /// it.
    std::optional<OperatorError> fail(OperatorError error)
    {
        m_failed = std::move(error);
        return m_failed;
    }

    /// A root that differs ends the fold, unless somebody wants to be told of all of them.
    std::optional<OperatorError> judge(const std::optional<RootDifference>& root)
    {
        if (!root)
            return std::nullopt;
        if (m_options.findings == nullptr)
            return fail(from_finding({{root->recorded_in, 0},
                fmt::format("the state root of height {} differs", root->height.value),
                to_hex(root->recorded.bytes), to_hex(root->computed.bytes)}));
        m_options.findings->roots.push_back(*root);
        return std::nullopt;
    }

    /// The log says behind the end what the root of the end is, if it goes on. Whoever collects all
    /// findings reads on.
    std::optional<OperatorError> compare_end_root()
    {
        const auto height = m_result.root.height;
        if (m_options.findings != nullptr || last() >= m_tip.header.height)
            return std::nullopt;
        const auto reader = m_log.reader(LogHeight{last().value + 1});
        while (reader && m_roots.wants_record(height))
        {
            const auto block = (*reader)->next();
            if (!block || *block == nullptr)  // That part of the log was not asked for.
                return std::nullopt;
            if (auto error = judge(m_roots.recorded((*block)->header())))
                return error;
        }
        return std::nullopt;
    }

    /// Takes what has been hashed and flushed by now.
    std::optional<OperatorError> collect()
    {
        while (!m_failed)
        {
            const auto taken = m_ahead.next();
            if (!taken)
                return fail(from_store(taken.error()));
            if (!*taken)
                return std::nullopt;
            m_result.root = (*taken)->block;
            if ((*taken)->was_flushed)
                m_result.state->flushed(m_result.root.height);
            judge(m_roots.computed(m_result.root.height, m_result.root.root));
        }
        return m_failed;
    }

    std::optional<OperatorError> settle()
    {
        m_ahead.wait();
        return collect();
    }
};
}  // namespace

Result<CaughtUp, OperatorError> catch_up(const log::Log& log, StateStore& store,
    const CatchUpOptions& options, const OnProgress& on_progress)
try
{
    auto tip = log.tip();
    if (!tip)
        return Failure{OperatorError{errors::kNoLog, "", "the log has no block", ""}};
    if (options.to && *options.to > tip->header.height)
        return Failure{OperatorError{errors::kNoSuchHeight, "",
            fmt::format("height {} was asked for, and the log ends at {}", options.to->value,
                tip->header.height.value),
            ""}};
    return CatchUp{log, store, options, on_progress, *std::move(tip)}.run();
}
catch (const StoreFailure& failure)
{
    return Failure{from_store(failure.error())};
}

Result<LogIdentity, OperatorError> identify(const log::Log& log)
{
    const auto bytes = log::read_block(log, LogHeight{0});
    if (!bytes)
        return Failure{from_log(bytes.error())};
    const auto block = log::BlockView::parse(*bytes);
    if (!block)
        return Failure{OperatorError{errors::kLogDamaged, "height 0", block.error().what, ""}};
    auto genesis = genesis_of(*block);
    if (!genesis)
        return Failure{OperatorError{
            errors::kUndecodable, "event 0.0", "the log doesn't begin with a genesis event", ""}};
    return LogIdentity{block->hash(), *std::move(genesis)};
}

OperatorError from_log(const log::LogError& error)
{
    const auto kind = [&] {
        switch (error.code)
        {
            case log::LogErrorCode::io:
            case log::LogErrorCode::no_room:
                return errors::kDiskFailed;
            case log::LogErrorCode::owned:
                return errors::kOwned;
            case log::LogErrorCode::damaged:
            case log::LogErrorCode::missing:
            case log::LogErrorCode::misplaced:
                return errors::kLogDamaged;
            case log::LogErrorCode::beyond_end:
                return errors::kNoSuchHeight;
            case log::LogErrorCode::unknown_format:
                return errors::kNewer;
            case log::LogErrorCode::stopped:
            case log::LogErrorCode::wrong_block:
            case log::LogErrorCode::too_large:
                return errors::kLogFailed;
        }
        return errors::kLogFailed;
    }();
    auto where = error.file;
    if (error.offset)
        where += fmt::format(", byte {}", *error.offset);
    if (error.height)
        where += fmt::format("{}height {}", where.empty() ? "" : ", ", error.height->value);
    return {kind, where, error.what, error.repair};
}

OperatorError from_store(const StoreError& error)
{
    return {errors::kStateFailed, error.where, error.what + ": " + error.why, error.advice};
}

OperatorError from_finding(const Finding& finding)
{
    return {finding.newer ? errors::kNewer : errors::kReplayFailed,
        fmt::format("event {}.{}", finding.place.height.value, finding.place.index),
        fmt::format(
            "{}: recorded {}, computed {}", finding.what, finding.recorded, finding.computed),
        ""};
}
}  // namespace engine

#include "engine/runtime/catch_up.hpp"

#include "engine/base/hex.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

#include <map>

namespace engine
{
namespace
{
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
    std::map<LogHeight, StateRoot> m_roots;  // Computed, and not yet compared.

public:
    CatchUp(const log::Log& log, StateStore& store, const CatchUpOptions& options,
        const OnProgress& on_progress, log::LogTip tip)
      : m_log{log},
        m_store{store},
        m_options{options},
        m_on_progress{on_progress},
        m_tip{std::move(tip)}
    {}

    Result<CaughtUp, OperatorError> run()
    {
        if (auto error = begin())
            return Failure{*std::move(error)};
        if (auto error = find_newest_rooted())
            return Failure{*std::move(error)};
        if (auto error = fold_tail())
            return Failure{*std::move(error)};
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
        m_roots[mark.height] = mark.root;
        return std::nullopt;
    }

    std::optional<OperatorError> fold_tail()
    {
        auto& folded = *m_result.folded;
        if (folded.next_height() > last())
            return std::nullopt;
        auto reader = m_log.reader(folded.next_height());
        if (!reader)
            return from_log(reader.error());
        while (folded.next_height() <= last())
        {
            const auto block = (*reader)->next();
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
                m_on_progress((*reader)->progress(), folded);
        }
        return std::nullopt;
    }

    std::optional<OperatorError> fold_block(const log::BlockView& block)
    {
        auto& folded = *m_result.folded;
        const bool is_sealed = m_options.sealed && block.height() <= *m_options.sealed;
        folded.set_validate(m_options.validate_all || !is_sealed);
        if (const auto finding = folded.fold(block))
        {
            if (m_options.findings != nullptr)
                m_options.findings->fold = finding;
            return from_finding(*finding);
        }
        if (auto error = compare_root(block.header()))
            return error;
        return block.header().rooted ? root(block) : std::nullopt;
    }

    /// A recorded root against the one computed for that height, if it was.
    std::optional<OperatorError> compare_root(const log::BlockHeader& header)
    {
        if (!header.known_root)
            return std::nullopt;
        const auto computed = m_roots.find(header.known_root->height);
        if (computed == m_roots.end())
            return std::nullopt;
        const bool differs = computed->second != header.known_root->root;
        if (differs && m_options.findings != nullptr)
            m_options.findings->roots.push_back({header.known_root->height, header.height,
                header.known_root->root, computed->second});
        else if (differs)
            return from_finding({{header.height, 0},
                fmt::format("the state root of height {} differs", header.known_root->height.value),
                to_hex(header.known_root->root.bytes), to_hex(computed->second.bytes)});
        m_result.roots_checked += differs ? 0 : 1;
        m_roots.erase(m_roots.begin(), std::next(computed));
        return std::nullopt;
    }

    /// Whether the root of a rooted height has to be computed: when it may be the newest, when rows
    /// have gathered, or when every one is asked for.
    bool wants_root(const log::BlockHeader& header) const
    {
        return m_options.every_root || header.height >= m_newest_rooted ||
               m_result.state->dirty_rows() >= m_options.flush_rows;
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

    std::optional<OperatorError> root(const log::BlockView& block)
    {
        const auto& header = block.header();
        if (!wants_root(header))
            return std::nullopt;
        auto computed = m_store.take(m_result.state->freeze(header.height));
        if (!computed)
            return from_store(computed.error());
        m_result.root = {header.height, m_result.folded->last_hash(), *computed};
        m_roots[header.height] = *computed;
        return m_store.pending_rows() >= m_options.flush_rows ? flush() : std::nullopt;
    }

    std::optional<OperatorError> flush()
    {
        const auto report = m_store.flush(m_result.root.height, m_result.root.hash);
        if (!report)
            return from_store(report.error());
        m_result.state->flushed(m_result.root.height);
        return std::nullopt;
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
            case log::LogErrorCode::stopped:
            case log::LogErrorCode::unknown_format:
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
    return {errors::kReplayFailed,
        fmt::format("event {}.{}", finding.place.height.value, finding.place.index),
        fmt::format(
            "{}: recorded {}, computed {}", finding.what, finding.recorded, finding.computed),
        ""};
}
}  // namespace engine

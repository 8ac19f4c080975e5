#pragma once

#include "engine/ports/disk.hpp"
#include "engine/runtime/config/error.hpp"
#include "engine/runtime/sequencer.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace engine
{
/// Takes checkpoints of a running node, one at a time, and lets go of those that are not kept.
///
/// The state is hard-linked on Lane::root, where it stands at one root. Every law is then asked in
/// full over that copy, which nobody writes, on Lane::audit: folding, hashing and flushing go on.
/// Only a copy that keeps them all gets the name of a checkpoint. A broken law, or a row that can't
/// be read, stops the node; the copy is removed.
class Checkpoints
{
public:
    /// A law reads every row once and looks little up twice: what is cached would be gone before it
    /// is wanted again.
    static constexpr std::size_t kCacheMost = std::size_t{16} << 20;

    struct Settings
    {
        std::string directory;  ///< Of all checkpoints.
        std::size_t kept = 4;
        bool deterministic = false;            ///< As StoreOptions has it.
        std::size_t cache_bytes = kCacheMost;  ///< For looking at a copy; no more than kCacheMost.
    };
    using Answer = std::function<void(const Result<StateMark, OperatorError>&)>;

private:
    Disk& m_disk;
    Executor& m_executor;
    Sequencer& m_sequencer;
    Settings m_settings;
    std::atomic<bool> m_abandoned = false;

    // Lane::fold owns these.
    bool m_busy = false;
    std::vector<Answer> m_waiting;  // For the next one, all of them.

public:
    Checkpoints(Disk& disk, Executor& executor, Sequencer& sequencer, Settings settings);

    /// Takes a checkpoint at the newest rooted height. While one is being taken, all who ask share
    /// the next. Answers on some lane. From any thread.
    void take(Answer answer);

    /// Gives up the one being checked, so that stopping doesn't wait for it. From any thread.
    void abandon() { m_abandoned = true; }

private:
    using Answers = std::shared_ptr<std::vector<Answer>>;
    using Taken = Result<StateMark, OperatorError>;

    void begin();
    void link(StateStore& store, const StateMark& mark, const Answers& answers);
    void check(const StateMark& mark, const Answers& answers);
    Taken keep(const StateMark& mark, const std::string& directory);
    void broken(const std::string& why, const std::string& directory, const Answers& answers);
    void done(const Taken& taken, const Answers& answers);
};
}  // namespace engine

#pragma once

#include "engine/crypto/secret_key.hpp"
#include "engine/log/segment_log.hpp"
#include "engine/ports/random.hpp"
#include "engine/runtime/catch_up.hpp"
#include "engine/runtime/sequencer.hpp"

#include <memory>
#include <string>

namespace engine
{
struct NodeOptions
{
    std::string directory;
    std::string holder;  ///< Names this process to whoever finds the directory locked.
    std::uint64_t segment_bytes = std::uint64_t{64} << 20;
    std::size_t memory_bytes_max = std::size_t{1} << 30;
    StoreOptions store;
    SequencerOptions sequencer;
    std::uint64_t checkpoint_every = 0;  ///< In blocks; 0: only when asked.
    std::size_t checkpoints_kept = 4;
    /// Told where the key stays in memory, for what the machine can do about it. May be null.
    std::function<void(const void*, std::size_t)> keep_private = nullptr;
};

/// Where the parts of a data directory are.
std::string state_path(const std::string& data_directory);
std::string checkpoints_path(const std::string& data_directory);
std::string seal_path(const std::string& data_directory);
std::string sequencer_key_path(const std::string& data_directory);

/// A data directory that this process owns: its log, its state, and the sequencer over both. The
/// same in `engine run` and in the simulator; only the ports differ.
class Node
{
    struct Inside;
    std::unique_ptr<Inside> m;

    explicit Node(std::unique_ptr<Inside> inside);

public:
    struct Ports
    {
        Disk& disk;
        Executor& executor;
        const Clock& clock;
        Random& random;
    };

    /// What the disk holds of the newest seal; nothing if there is none yet.
    static Result<std::optional<log::Seal>, OperatorError> read_seal(
        Disk& disk, const std::string& data_directory);

    /// Opens everything and folds what the state lacks; no task runs yet. Settles the log's tail
    /// first. Errors name what is wrong and what to do.
    static Result<std::unique_ptr<Node>, OperatorError> open(
        Ports ports, NodeOptions options, SecretKey key, const OnProgress& on_progress = nullptr);
    ~Node();

    Sequencer& sequencer();
    log::Log& log();
    const GenesisId& genesis_id() const;
    const Genesis& constants() const;

    /// Blocks that a crash cut short and opening took away, if any.
    const std::optional<log::CutTail>& cut_tail() const;

    /// Why no block is opened, if that is so: the log is marked as restored. Nothing may be
    /// followed or done outside for such a node.
    std::optional<std::string> held() const;

    /// Takes a checkpoint at the newest rooted height, after asking every law in full over it, and
    /// lets go of those that are not kept. Answers on some lane. From any thread.
    void checkpoint(std::function<void(Result<StateMark, OperatorError>)> answer);

    /// The directory of a height's checkpoint.
    std::string checkpoint_path(LogHeight height) const;

    /// A proof of a row, or of its absence, at the newest rooted height, with the seal over it.
    struct SealedProof
    {
        Proof proof;
        log::Seal seal;
    };
    void prove(
        TableId table, Bytes key, std::function<void(Result<SealedProof, OperatorError>)> answer);

    /// Reads the state on disk at a root that covers everything that is durable now. Costs no
    /// memory and not the folding thread; waits for the next root, which is a tenth of a second
    /// away at most when nothing else comes. The reader is short and runs on Lane::root. From any
    /// thread.
    /// `refused` is called instead, on Lane::fold, if the node has stopped itself.
    void read_stored(std::function<void(const RowSource&, LogHeight)> reader,
        std::function<void(const OperatorError&)> refused);

    /// Begins work: tasks run from here on.
    void start();

    /// Finishes what was accepted, leaves a flushed state and the mark of a clean stop, then calls
    /// back. The executor may be stopped then.
    void stop(std::function<void()> done);
};
}  // namespace engine

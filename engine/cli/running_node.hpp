#pragma once

#include "engine/base/result.hpp"
#include "engine/cli/command.hpp"

#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace engine::cli
{
/// The node with its edges, on this machine: sequencer, Bitcoin follower, executors of effects,
/// HTTP server. One edge that fails stops none of the others.
class RunningNode
{
    struct Inside;
    std::unique_ptr<Inside> m;

    explicit RunningNode(std::unique_ptr<Inside> inside);

public:
    /// Opens the data directory, folds what its state lacks (with progress on `err`), and begins.
    /// `on_failure` is called once, from any thread, when the node has to stop.
    static Result<std::unique_ptr<RunningNode>, OperatorError> start(
        const Options& options, std::ostream& err, std::function<void()> on_failure);

    /// Ends whatever still runs. What was acknowledged is durable already.
    ~RunningNode();

    /// Takes nothing more, finishes what was accepted, then calls back from some thread.
    void drain(std::function<void()> done);

    /// Why the node stopped by itself, if it did.
    std::optional<OperatorError> failure() const;

    std::string address() const;  ///< "http://127.0.0.1:7117"
    std::string genesis() const;
    std::uint64_t first_height() const;  ///< Where the log ended when it was opened.
};
}  // namespace engine::cli

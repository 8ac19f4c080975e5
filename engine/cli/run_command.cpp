#include "engine/cli/commands.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/running_node.hpp"
#include "engine/runtime/logging.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <csignal>

namespace engine::cli
{
namespace
{
/// Signals of a person or of systemd, taken out of every thread that begins afterwards.
class StopSignals
{
    int m_fd = -1;

public:
    StopSignals()
    {
        sigset_t set;
        ::sigemptyset(&set);
        ::sigaddset(&set, SIGTERM);
        ::sigaddset(&set, SIGINT);
        ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
        m_fd = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    }
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals() { ::close(m_fd); }

    int fd() const { return m_fd; }

    bool take() const
    {
        signalfd_siginfo info{};
        return ::read(m_fd, &info, sizeof info) == static_cast<ssize_t>(sizeof info);
    }
};

/// Wakes the main thread from any other.
class Bell
{
    int m_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

public:
    Bell() = default;
    Bell(const Bell&) = delete;
    Bell& operator=(const Bell&) = delete;
    ~Bell() { ::close(m_fd); }

    void ring() const
    {
        const std::uint64_t one = 1;
        static_cast<void>(!::write(m_fd, &one, sizeof one));
    }
    int fd() const { return m_fd; }
};

/// True when the bell rang, false when a signal came.
bool wait(const StopSignals& signals, const Bell& bell)
{
    pollfd fds[] = {{signals.fd(), POLLIN, 0}, {bell.fd(), POLLIN, 0}};
    while (true)
    {
        if (::poll(fds, 2, -1) < 0)
            continue;
        if ((fds[1].revents & POLLIN) != 0)
            return true;
        if ((fds[0].revents & POLLIN) != 0 && signals.take())
            return false;
    }
}

// The second signal: nothing that was acknowledged is lost by it.
[[noreturn]] void end_at_once(std::ostream& err)
{
    err << "ended at once by a second signal\n" << std::flush;
    std::_Exit(kExitNo);
}

void announce(const Options& options, const RunningNode& node, std::ostream& out)
{
    if (options.json)
    {
        json::object line;
        line["listening"] = node.address();
        line["genesis"] = node.genesis();
        line["height"] = node.first_height();
        write_line(out, line);
    }
    else
    {
        out << "running     " << node.address() << "   genesis " << node.genesis() << "\n"
            << "            engine status --node " << node.address() << "     Ctrl-C to stop\n";
    }
    out.flush();
}
}  // namespace

int run_node(const Options& options, std::ostream& out, std::ostream& err)
{
    const StopSignals signals;
    const Bell failed, drained;
    logging::start({options.config().logging.level, options.config().logging.format});
    auto node = RunningNode::start(options, err, [&failed] { failed.ring(); });
    if (!node)
    {
        logging::stop();
        return fail(options, err, node.error());
    }
    announce(options, **node, out);

    const bool broke = wait(signals, failed);
    logging::info(
        "run", broke ? "stopping after a failure" : "stopping: finishing what was accepted");
    (*node)->drain([&drained] { drained.ring(); });
    if (!broke && !wait(signals, drained))
        end_at_once(err);
    const auto failure = (*node)->failure();
    *node = nullptr;
    logging::info("run", "stopped");
    logging::stop();
    return failure ? fail(options, err, *failure) : kExitYes;
}
}  // namespace engine::cli

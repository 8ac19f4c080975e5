#include "adapters/system/clock.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/running_node.hpp"
#include "engine/cli/service_manager.hpp"
#include "engine/runtime/logging.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <thread>

namespace engine::cli
{
namespace
{
/// Wakes the thread that waits for it, from any other, once and for all.
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

/// The place of the first of two descriptors that can be read.
int wait_for_either(int first, int second)
{
    pollfd fds[] = {{first, POLLIN, 0}, {second, POLLIN, 0}};
    while (::poll(fds, 2, -1) < 0 || ((fds[0].revents | fds[1].revents) & POLLIN) == 0)
        continue;
    return (fds[0].revents & POLLIN) != 0 ? 0 : 1;
}

/// Signals of a person or of systemd, taken out of every thread that begins afterwards. The first
/// rings; the second ends the process at once, whatever it is doing then: opening, draining, or
/// taking itself apart. Nothing that was acknowledged is lost by it.
class StopSignals
{
    int m_fd = -1;
    const Bell m_over;
    const Bell m_asked;
    std::thread m_listener;

public:
    StopSignals()
    {
        sigset_t set;
        ::sigemptyset(&set);
        ::sigaddset(&set, SIGTERM);
        ::sigaddset(&set, SIGINT);
        ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
        m_fd = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
        m_listener = std::thread{[this] { listen(); }};
    }
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals()
    {
        m_over.ring();
        m_listener.join();
        ::close(m_fd);
    }

    const Bell& asked() const { return m_asked; }

private:
    void listen()
    {
        bool once = false;
        while (wait_for_either(m_over.fd(), m_fd) != 0)
        {
            signalfd_siginfo info{};
            if (::read(m_fd, &info, sizeof info) != static_cast<ssize_t>(sizeof info))
                continue;
            if (once)
                end_at_once();
            once = true;
            m_asked.ring();
        }
    }

    [[noreturn]] static void end_at_once()
    {
        constexpr std::string_view kText = "ended at once by a second signal\n";
        static_cast<void>(!::write(STDERR_FILENO, kText.data(), kText.size()));
        std::_Exit(kExitNo);
    }
};

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
    const SystemClock clock;
    logging::start({options.config().logging.level, options.config().logging.format, &clock});
    auto node = RunningNode::start(options, err, [&failed] { failed.ring(); });
    if (!node)
    {
        logging::stop();
        return fail(options, err, node.error());
    }
    announce(options, **node, out);
    tell_service_manager("READY=1\nSTATUS=running, " + (*node)->address());

    const bool broke = wait_for_either(failed.fd(), signals.asked().fd()) == 0;
    logging::info(
        "run", broke ? "stopping after a failure" : "stopping: finishing what was accepted");
    tell_service_manager("STOPPING=1\nSTATUS=finishing what was accepted");
    (*node)->drain([&drained] { drained.ring(); });
    if (!broke)  // What fails now never finishes draining.
        wait_for_either(failed.fd(), drained.fd());
    const auto failure = (*node)->failure();
    *node = nullptr;
    logging::info("run", "stopped");
    logging::stop();
    return failure ? fail(options, err, *failure) : kExitYes;
}
}  // namespace engine::cli

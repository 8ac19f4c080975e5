#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace engine::test
{
/// A program that a test runs beside itself. Ends with the object.
class ChildProcess
{
    pid_t m_pid = -1;
    int m_output = -1;

public:
    ChildProcess() = default;

    explicit ChildProcess(const std::vector<std::string>& arguments)
    {
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC) != 0)
            return;
        m_output = ends[0];
        m_pid = ::fork();
        if (m_pid == 0)
        {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // However this test ends.
            ::dup2(ends[1], STDOUT_FILENO);
            std::vector<char*> raw;
            for (const auto& argument : arguments)
                raw.push_back(const_cast<char*>(argument.c_str()));
            raw.push_back(nullptr);
            ::execvp(raw[0], raw.data());
            ::_exit(127);
        }
        ::close(ends[1]);
    }

    ~ChildProcess()
    {
        end(SIGKILL);
        if (m_output >= 0)
            ::close(m_output);
    }

    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    bool running()
    {
        if (m_pid > 0 && ::waitpid(m_pid, nullptr, WNOHANG) == m_pid)
            m_pid = -1;
        return m_pid > 0;
    }

    /// What it has printed up to the end of the next line.
    std::string read_line()
    {
        std::string line;
        for (char c = 0; ::read(m_output, &c, 1) == 1 && c != '\n';)
            line += c;
        return line;
    }

    /// Sends a signal and waits for the end.
    void end(int signal)
    {
        if (m_pid <= 0)
            return;
        ::kill(m_pid, signal);
        ::waitpid(m_pid, nullptr, 0);
        m_pid = -1;
    }
};

/// A folder below the system's temporary one that is gone with the object.
class TemporaryFolder
{
    std::string m_path;

public:
    TemporaryFolder()
    {
        std::string pattern = "/tmp/refold-test.XXXXXX";
        m_path = ::mkdtemp(pattern.data());
    }
    ~TemporaryFolder() { (void)!std::system(("rm -rf '" + m_path + "'").c_str()); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::string& path() const { return m_path; }
};
}  // namespace engine::test

#pragma once

#include "engine/cli/commands.hpp"

#include <unistd.h>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace engine::cli::test
{
/// What a program said and how it ended.
struct Said
{
    int code = 0;
    std::string out;
    std::string err;
};

/// Runs a program of ours in this process: no terminal, and no variables but those given.
inline Said call(const Program& program, std::vector<std::string> arguments,
    NamedValues environment = {}, Terminal terminal = {})
{
    std::ostringstream out, err;
    const auto code =
        run_program(program, {std::move(arguments), std::move(environment), terminal}, out, err);
    return {code, out.str(), err.str()};
}

inline Said engine(std::vector<std::string> arguments, NamedValues environment = {})
{
    return call(engine_program(), std::move(arguments), std::move(environment));
}

/// A directory that goes with the test.
class TemporaryDirectory
{
    std::string m_path;

public:
    TemporaryDirectory()
    {
        auto pattern = (std::filesystem::temp_directory_path() / "refold-test-XXXXXX").string();
        m_path = ::mkdtemp(pattern.data());
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }

    const std::string& path() const { return m_path; }
    std::string operator/(std::string_view name) const { return m_path + "/" + std::string{name}; }
};
}  // namespace engine::cli::test

#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace engine
{
/// A directory on the real disk that goes when this does.
class TemporaryDirectory
{
    std::string m_path;

public:
    TemporaryDirectory()
    {
        std::string name = std::filesystem::temp_directory_path() / "refold-test-XXXXXX";
        m_path = ::mkdtemp(name.data());
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }

    const std::string& path() const { return m_path; }
    std::string operator/(const std::string& name) const { return m_path + "/" + name; }
};
}  // namespace engine

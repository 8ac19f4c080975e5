#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace engine::test
{
/// Keys and certificates for one test, made by the `openssl` command, in a folder of its own. They
/// are P-256, valid from now on for two days.
class Certificates
{
    const std::string m_folder;

    static void run(const std::string& command)
    {
        if (std::system((command + " >/dev/null 2>&1").c_str()) != 0)
            throw std::runtime_error{"failed: " + command};
    }

public:
    explicit Certificates(std::string folder) : m_folder{std::move(folder)}
    {
        std::filesystem::create_directories(m_folder);
    }

    std::string path(const std::string& file) const { return m_folder + "/" + file; }

    std::string read(const std::string& file) const
    {
        std::ostringstream text;
        text << std::ifstream{path(file)}.rdbuf();
        return text.str();
    }

    /// NAME.crt and NAME.key: an authority.
    void authority(const std::string& name) const
    {
        run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
            "/CN=" +
            name + " -keyout " + path(name + ".key") + " -out " + path(name + ".crt"));
    }

    /// NAME.crt and NAME.key (mode 0600): vouched for by an authority, for alternative names such
    /// as "IP:127.0.0.1,DNS:localhost".
    void certificate(
        const std::string& name, const std::string& authority, const std::string& names) const
    {
        const auto base = path(name);
        run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + name +
            " -keyout " + base + ".key -out " + base + ".csr");
        std::ofstream{base + ".ext"} << "subjectAltName=" << names << "\n";
        run("openssl x509 -req -days 2 -in " + base + ".csr -CA " + path(authority + ".crt") +
            " -CAkey " + path(authority + ".key") + " -CAcreateserial -extfile " + base +
            ".ext -out " + base + ".crt");
        run("chmod 600 " + base + ".key");
    }
};
}  // namespace engine::test

#include "adapters/bitcoin/credentials.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace engine::bitcoind
{
namespace
{
/// RFC 4648, section 4.
std::string base64(std::string_view text)
{
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 3)
    {
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 3; ++j)
            group =
                group << 8 | (i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0);
        for (std::size_t j = 0; j < 4; ++j)
            out += i + j <= text.size() ? kLetters[group >> (18 - 6 * j) & 63] : '=';
    }
    return out;
}

RpcError unreadable(const std::string& path, int code)
{
    RpcError error{RpcErrorKind::credentials, 0, "", path + ": " + std::strerror(code), ""};
    struct stat status = {};
    if (code == EACCES && ::stat(path.c_str(), &status) == 0)
    {
        constexpr std::string_view kOctal = "01234567";
        const auto mode = status.st_mode;
        error.message += " (owner " + std::to_string(status.st_uid) + ", mode 0" +
                         kOctal[mode >> 6 & 7] + kOctal[mode >> 3 & 7] + kOctal[mode & 7] + ")";
    }
    error.action = code == ENOENT ? "Start the node, or name the cookie file of its network: a "
                                    "node writes one at each start."
                                  : "Let this user read it: `rpccookieperms=group` in the node's "
                                    "configuration, and add the "
                                    "user to the node's group.";
    return error;
}

Result<std::string, RpcError> read_cookie(const std::string& path)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return Failure{unreadable(path, errno)};
    std::array<char, 1024> buffer{};
    const auto size = ::read(fd, buffer.data(), buffer.size());
    const int code = errno;
    ::close(fd);
    if (size < 0)
        return Failure{unreadable(path, code)};

    std::string cookie{buffer.data(), static_cast<std::size_t>(size)};
    while (cookie.ends_with('\n') || cookie.ends_with('\r'))
        cookie.pop_back();
    if (cookie.find(':') == std::string::npos)
    {
        return Failure{RpcError{RpcErrorKind::credentials, 0, "", path + ": holds no cookie",
            "Name the file `.cookie` in the node's data directory."}};
    }
    return cookie;
}
}  // namespace

std::string cookie_path(const std::string& data_directory, std::string_view chain)
{
    const std::string folder = chain == "main"   ? ""
                               : chain == "test" ? "testnet3/"
                                                 : std::string{chain} + "/";
    return data_directory + "/" + folder + ".cookie";
}

Result<std::string, RpcError> authorization(const Credentials& credentials)
{
    if (const auto* login = std::get_if<UserPassword>(&credentials))
        return "Basic " + base64(login->user + ":" + login->password);
    auto cookie = read_cookie(std::get<CookieFile>(credentials).path);
    if (!cookie)
        return Failure{cookie.error()};
    return "Basic " + base64(*cookie);
}
}  // namespace engine::bitcoind

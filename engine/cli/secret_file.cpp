#include "engine/cli/secret_file.hpp"

#include "adapters/system/descriptor.hpp"
#include "adapters/system/disk.hpp"
#include "engine/base/hex.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace engine::cli
{
namespace
{
constexpr std::size_t kLongestSecret = 4096;

std::span<std::uint8_t> bytes_of(std::string& text)
{
    return {reinterpret_cast<std::uint8_t*>(text.data()), text.size()};
}

OperatorError unusable(const std::string& where, std::string why)
{
    return {errors::kBadSecretFile, where, std::move(why), {}};
}

std::string last_error()
{
    return std::strerror(errno);
}

void drop_line_end(std::string& text)
{
    if (text.ends_with('\n'))
        text.pop_back();
    if (text.ends_with('\r'))
        text.pop_back();
}

Result<SecretText, OperatorError> read_all(
    int fd, const std::string& where, std::size_t most = kLongestSecret)
{
    // One buffer, as large as a secret may be: growing it would leave copies behind.
    std::string text(most + 1, '\0');
    std::size_t size = 0;
    while (size < text.size())
    {
        const auto got = ::read(fd, text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return Failure{unusable(where, last_error())};
        if (got == 0)
            break;
        size += static_cast<std::size_t>(got);
    }
    if (size > most)
    {
        wipe(bytes_of(text));
        return Failure{unusable(where, "longer than " + grouped(most) + " bytes")};
    }
    text.resize(size);
    return SecretText{std::move(text)};
}

// A secret is one line.
Result<SecretText, OperatorError> one_line(
    Result<SecretText, OperatorError> read, const std::string& where)
{
    if (!read)
        return read;
    auto text = read->reveal();
    drop_line_end(text);
    SecretText line{std::move(text)};
    if (line.reveal().empty())
        return Failure{unusable(where, "it is empty")};
    return line;
}

// Mode and owner of the file that is open, not of a path that may change.
std::optional<OperatorError> exposed(int fd, const std::string& path)
{
    struct stat info = {};
    if (::fstat(fd, &info) != 0)
        return unusable(path, last_error());
    if (!S_ISREG(info.st_mode))
        return unusable(path, "it is no plain file");
    const auto mode = static_cast<unsigned>(info.st_mode & 07777);
    if ((mode & 077) != 0)
        return OperatorError{errors::kSecretFileOpen, path,
            fmt::format("its mode is {:04o}: others than its owner can use it", mode),
            "chmod 600 " + path};
    if (info.st_uid != ::geteuid())
        return OperatorError{errors::kSecretFileOpen, path,
            fmt::format("it belongs to user {}, and this is user {}", info.st_uid, ::geteuid()),
            fmt::format("chown {} {}", ::geteuid(), path)};
    return std::nullopt;
}

// Takes the echo away while a secret is typed.
class QuietTerminal
{
    int m_fd;
    termios m_before{};
    bool m_changed = false;

public:
    explicit QuietTerminal(int fd) : m_fd{fd}
    {
        m_changed = ::tcgetattr(fd, &m_before) == 0;
        auto quiet = m_before;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (m_changed)
            ::tcsetattr(fd, TCSAFLUSH, &quiet);
    }
    QuietTerminal(const QuietTerminal&) = delete;
    QuietTerminal& operator=(const QuietTerminal&) = delete;
    ~QuietTerminal()
    {
        if (m_changed)
            ::tcsetattr(m_fd, TCSAFLUSH, &m_before);
    }
};

void say(int fd, std::string_view text)
{
    // A terminal that does not take the question does not give an answer either.
    static_cast<void>(!::write(fd, text.data(), text.size()));
}

Result<SecretText, OperatorError> ask(std::string_view question)
{
    const Descriptor tty{::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)};
    if (!tty.is_open())
        return Failure{unusable("terminal", "there is none: " + last_error())};
    say(tty.get(), std::string{question} + ": ");
    std::string line(kLongestSecret, '\0');
    ssize_t got = 0;
    {
        const QuietTerminal quiet{tty.get()};
        got = ::read(tty.get(), line.data(), line.size());
    }
    say(tty.get(), "\n");
    line.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    drop_line_end(line);
    if (line.empty())
        return Failure{unusable("terminal", "nothing was typed")};
    return SecretText{std::move(line)};
}

Result<SecretText, OperatorError> read_file_of_mode(
    const std::string& path, std::size_t most = kLongestSecret)
{
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
    if (!file.is_open())
        return Failure{unusable(path, last_error())};
    if (auto error = exposed(file.get(), path))
        return Failure{std::move(*error)};
    return read_all(file.get(), path, most);
}
}  // namespace

Result<Done, OperatorError> make_private_file(const std::string& path, std::string_view text)
{
    const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!file.is_open() && errno == EEXIST)
        return Failure{OperatorError{errors::kKeyExists, path, {}, {}}};
    if (!file.is_open())
        return Failure{OperatorError{errors::kDiskFailed, path, last_error(), {}}};
    const bool written =
        ::fchmod(file.get(), 0600) == 0 &&
        ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(file.get()) == 0;
    if (!written)
        return Failure{OperatorError{errors::kDiskFailed, path, last_error(), {}}};
    const auto folder = std::filesystem::path{path}.parent_path().string();
    const auto synced = PosixDisk{}.sync_directory(folder.empty() ? "." : folder);
    if (!synced)
        return Failure{OperatorError{errors::kDiskFailed, path, to_string(synced.error()), {}}};
    return Done{};
}

SecretText::SecretText(SecretText&& other) noexcept : m_text{other.m_text}
{
    wipe(bytes_of(other.m_text));
}

SecretText& SecretText::operator=(SecretText&& other) noexcept
{
    std::swap(m_text, other.m_text);
    return *this;
}

SecretText::~SecretText()
{
    wipe(bytes_of(m_text));
}

Result<SecretText, OperatorError> read_secret(const std::string& source, std::string_view question)
{
    if (source == "terminal")
        return ask(question);
    if (!source.starts_with("fd:"))
        return one_line(read_file_of_mode(source), source);
    const auto number = parse_number(std::string_view{source}.substr(3));
    if (!number || *number > 1023)
        return Failure{unusable(source, "fd: is followed by the number of an open descriptor")};
    return one_line(read_all(static_cast<int>(*number), source), source);
}

Result<SecretText, OperatorError> read_private_file(const std::string& path, std::size_t most)
{
    return read_file_of_mode(path, most);
}

Result<SecretKey, OperatorError> read_key_file(const std::string& source)
{
    const auto text = read_secret(source, "Key, 64 hexadecimal digits");
    if (!text)
        return Failure{text.error()};
    auto bytes = from_hex(text->reveal());
    if (!bytes || bytes->size() != 32)
        return Failure{unusable(source, "it does not hold 64 hexadecimal digits")};
    auto key = SecretKey::from(*bytes);
    wipe(*bytes);
    if (!key)
        return Failure{unusable(source, "its number is no key of secp256k1")};
    return std::move(*key);
}

Result<SecretKey, OperatorError> make_key_file(const std::string& path, Random& random)
{
    std::array<std::uint8_t, 32> bytes{};
    std::optional<SecretKey> key;
    while (!key)
    {
        random.fill(bytes);
        key = SecretKey::from(bytes);
    }
    SecretText text{to_hex(bytes) + "\n"};
    wipe(bytes);
    if (const auto written = make_private_file(path, text.reveal()); !written)
        return Failure{written.error()};
    return std::move(*key);
}
}  // namespace engine::cli

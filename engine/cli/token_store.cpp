#include "engine/cli/token_store.hpp"

#include "adapters/system/descriptor.hpp"
#include "adapters/system/disk.hpp"
#include "engine/cli/secret_file.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/logging.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace engine::cli
{
namespace
{
constexpr std::size_t kBytesMost = 128 * 1024;  // Of 256 lines, and comments.
constexpr std::int64_t kLookEveryMs = 1000;

OperatorError disk_failed(const std::string& path)
{
    return {errors::kDiskFailed, path, std::strerror(errno), {}};
}

std::string folder_of(const std::string& path)
{
    const auto folder = std::filesystem::path{path}.parent_path().string();
    return folder.empty() ? "." : folder;
}

bool is_there(const std::string& path)
{
    struct stat info = {};
    return ::lstat(path.c_str(), &info) == 0 || errno != ENOENT;
}

Result<Done, OperatorError> replace(const std::string& path, const std::string& text)
{
    const auto next = path + ".new";
    ::unlink(next.c_str());  // Of a process that ended too early; the folder is locked.
    if (auto made = make_private_file(next, text); !made)
        return made;
    if (std::rename(next.c_str(), path.c_str()) != 0)
        return Failure{disk_failed(path)};
    if (const auto synced = PosixDisk{}.sync_directory(folder_of(path)); !synced)
        return Failure{OperatorError{errors::kDiskFailed, path, to_string(synced.error()), {}}};
    return Done{};
}
}  // namespace

std::string tokens_path(const Config& config)
{
    return config.http.tokens_file.value_or(config.data.directory + "/tokens");
}

Result<doors::TokenList, OperatorError> read_tokens(const std::string& path)
{
    if (!is_there(path))
        return doors::TokenList{};
    const auto text = read_private_file(path, kBytesMost);
    if (!text)
        return Failure{text.error()};
    auto list = doors::parse_token_list(text->reveal());
    if (!list)
        return Failure{OperatorError{errors::kBadTokens,
            list.error().line == 0 ? path : fmt::format("{}:{}", path, list.error().line),
            list.error().why, {}}};
    return *std::move(list);
}

Result<Done, OperatorError> change_tokens(
    const std::string& path, FunctionRef<std::optional<OperatorError>(doors::TokenList&)> change)
{
    const auto folder = folder_of(path);
    const Descriptor locked{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!locked.is_open() || ::flock(locked.get(), LOCK_EX) != 0)
        return Failure{disk_failed(folder)};
    auto list = read_tokens(path);
    if (!list)
        return Failure{list.error()};
    if (auto error = change(*list))
        return Failure{*std::move(error)};
    return replace(path, doors::to_text(*list));
}

WatchedTokens::WatchedTokens(std::string path, const Clock& clock)
  : m_path{std::move(path)}, m_clock{clock}, m_looked_ms{clock.monotonic_ms()}
{
    read();
}

WatchedTokens::Look WatchedTokens::look(const std::string& path)
{
    struct stat info = {};
    if (::stat(path.c_str(), &info) != 0)
        return {};
    return {info.st_ino, info.st_ctim.tv_sec * 1'000'000'000 + info.st_ctim.tv_nsec, info.st_size};
}

void WatchedTokens::read()
{
    m_seen = look(m_path);
    auto list = read_tokens(m_path);
    if (list)
    {
        m_list = std::make_shared<const doors::TokenList>(*std::move(list));
        return;
    }
    m_list = nullptr;
    logging::error("door", "the list of tokens can't be read: nobody is let in by one",
        {{"where", list.error().where}, {"why", list.error().why}});
}

std::shared_ptr<const doors::TokenList> WatchedTokens::now()
{
    const auto now = m_clock.monotonic_ms();
    if (now - m_looked_ms >= kLookEveryMs)
    {
        m_looked_ms = now;
        if (!(look(m_path) == m_seen))
            read();
    }
    return m_list;
}
}  // namespace engine::cli

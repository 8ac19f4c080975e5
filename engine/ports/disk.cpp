#include "engine/ports/disk.hpp"

#include <system_error>

namespace engine
{
namespace
{
std::string directory_of(const std::string& path)
{
    const auto slash = path.rfind('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

IoResult<Done> write_and_sync(Disk& disk, const std::string& path, ByteView content)
{
    auto file = disk.open(path, OpenMode::create_empty);
    if (!file)
        return Failure{file.error()};
    if (auto written = (*file)->write_at(0, content); !written)
        return written;
    return (*file)->sync();
}
}  // namespace

std::string to_string(const IoError& error)
{
    return error.operation + " " + error.path + ": " + std::generic_category().message(error.code) +
           " (" + std::to_string(error.code) + ")";
}

IoResult<Bytes> read_file(Disk& disk, const std::string& path)
{
    auto file = disk.open(path, OpenMode::read);
    if (!file)
        return Failure{file.error()};
    const auto size = (*file)->size();
    if (!size)
        return Failure{size.error()};
    Bytes content(*size);
    const auto read = (*file)->read_at(0, content);
    if (!read)
        return Failure{read.error()};
    content.resize(*read);
    return content;
}

IoResult<Done> replace_file(Disk& disk, const std::string& path, ByteView content)
{
    const auto beside = path + ".tmp";
    if (auto written = write_and_sync(disk, beside, content); !written)
    {
        // Neither its room nor its failed sync is left to the next attempt.
        static_cast<void>(disk.remove(beside));
        return written;
    }
    if (auto renamed = disk.rename(beside, path); !renamed)
        return renamed;
    return disk.sync_directory(directory_of(path));
}

std::string read_holder(Disk& disk, const std::string& path)
{
    const auto content = read_file(disk, path);
    if (!content || content->empty())
        return "an unknown process";
    return {content->begin(), content->end()};
}
}  // namespace engine

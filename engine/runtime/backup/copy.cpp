#include "engine/runtime/backup/copy.hpp"

#include "engine/hash/sha256.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <cerrno>

namespace engine::backup
{
namespace
{
constexpr std::size_t kPiece = std::size_t{1} << 20;

/// Writes one piece after the other, and knows what it has written.
class Writer
{
    std::unique_ptr<File> m_file;
    Sha256 m_hash;
    std::uint64_t m_bytes = 0;

public:
    explicit Writer(std::unique_ptr<File> file) : m_file{std::move(file)} {}

    IoResult<Done> write(ByteView piece)
    {
        m_hash.update(piece);
        const auto at = m_bytes;
        m_bytes += piece.size();
        return m_file->write_at(at, piece);
    }

    IoResult<StoredFile> finish(std::string path)
    {
        if (const auto synced = m_file->sync(); !synced)
            return Failure{synced.error()};
        return StoredFile{std::move(path), m_bytes, m_hash.finish()};
    }
};

IoResult<Writer> open_writer(Disk& disk, const std::string& path)
{
    auto file = disk.open(path, OpenMode::create_empty);
    if (!file)
        return Failure{file.error()};
    return Writer{*std::move(file)};
}

/// Reads a file to its end, piece by piece.
IoResult<Done> read_pieces(
    Disk& disk, const std::string& path, const std::function<IoResult<Done>(ByteView)>& use)
{
    const auto file = disk.open(path, OpenMode::read);
    if (!file)
        return Failure{file.error()};
    Bytes piece(kPiece);
    for (std::uint64_t at = 0;;)
    {
        const auto got = (*file)->read_at(at, piece);
        if (!got)
            return Failure{got.error()};
        if (*got == 0)
            return Done{};
        if (auto used = use(ByteView{piece}.first(*got)); !used)
            return used;
        at += *got;
    }
}

void tell(const OnBytes& on_bytes, std::uint64_t bytes)
{
    if (on_bytes)
        on_bytes(bytes);
}
}  // namespace

IoResult<StoredFile> write_copy(Disk& disk, const std::string& root, const std::string& path,
    ByteView content, const OnBytes& on_bytes)
{
    auto writer = open_writer(disk, root + "/" + path);
    if (!writer)
        return Failure{writer.error()};
    for (std::size_t at = 0; at < content.size(); at += kPiece)
    {
        const auto piece = content.subspan(at, std::min(kPiece, content.size() - at));
        if (const auto written = writer->write(piece); !written)
            return Failure{written.error()};
        tell(on_bytes, piece.size());
    }
    return writer->finish(path);
}

IoResult<StoredFile> copy_file(Disk& disk, const std::string& from, const std::string& root,
    const std::string& path, const OnBytes& on_bytes)
{
    auto writer = open_writer(disk, root + "/" + path);
    if (!writer)
        return Failure{writer.error()};
    const auto copied = read_pieces(disk, from, [&](ByteView piece) {
        tell(on_bytes, piece.size());
        return writer->write(piece);
    });
    if (!copied)
        return Failure{copied.error()};
    return writer->finish(path);
}

IoResult<StoredFile> hash_file(
    Disk& disk, const std::string& root, const std::string& path, const OnBytes& on_bytes)
{
    Sha256 hash;
    std::uint64_t bytes = 0;
    const auto read = read_pieces(disk, root + "/" + path, [&](ByteView piece) {
        hash.update(piece);
        bytes += piece.size();
        tell(on_bytes, piece.size());
        return IoResult<Done>{Done{}};
    });
    if (!read)
        return Failure{read.error()};
    return StoredFile{path, bytes, hash.finish()};
}

OperatorError from_copy(const IoError& error, std::string_view left_behind)
{
    const bool full = error.code == ENOSPC || error.code == EDQUOT;
    return {errors::kDiskFailed, error.path, to_string(error),
        std::string{full ? "make room there" : "check the path, its owner and the disk"} + "; " +
            std::string{left_behind}};
}
}  // namespace engine::backup

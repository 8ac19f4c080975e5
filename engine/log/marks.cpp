#include "engine/log/marks.hpp"

#include "engine/log/data_directory.hpp"

#include <cerrno>

namespace engine::log
{
namespace
{
void take_mark(DurableRecord& record, ByteView bytes)
{
    const auto mark = decode_mark(bytes);
    if (!mark && !is_zero(bytes))
        record.damaged = true;
    if (mark && (!record.newest || record.newest->counter < mark->counter))
        record.newest = mark;
}
}  // namespace

std::string durable_path(const std::string& log_directory)
{
    return log_directory + "/durable";
}

LogResult<DurableRecord> read_durable(Disk& disk, const std::string& log_directory)
{
    DurableRecord record;
    const auto bytes = read_file(disk, durable_path(log_directory));
    if (!bytes && bytes.error().code == ENOENT)
        return record;
    if (!bytes)
        return Failure{from_disk(bytes.error())};
    record.present = true;
    record.damaged = bytes->size() != 2 * kMarkSize;
    if (record.damaged)
        return record;
    take_mark(record, ByteView{*bytes}.first(kMarkSize));
    take_mark(record, ByteView{*bytes}.last(kMarkSize));
    return record;
}

LogResult<DurableWriter> DurableWriter::open(
    Disk& disk, const std::string& log_directory, const DurableRecord& before)
{
    DurableWriter writer;
    auto file = disk.open(durable_path(log_directory), OpenMode::create);
    if (!file)
        return Failure{from_disk(file.error())};
    writer.m_file = std::move(*file);
    writer.m_counter = before.newest ? before.newest->counter : 0;
    if (before.present && !before.damaged)
        return writer;

    const std::array<std::uint8_t, 2 * kMarkSize> blank{};
    if (const auto emptied = checked(writer.m_file->truncate(0)); !emptied)
        return Failure{emptied.error()};
    if (const auto written = checked(writer.m_file->write_at(0, blank)); !written)
        return Failure{written.error()};
    if (const auto synced = writer.sync(); !synced)
        return Failure{synced.error()};
    if (const auto synced = checked(disk.sync_directory(log_directory)); !synced)
        return Failure{synced.error()};
    return writer;
}

LogResult<Done> DurableWriter::write(Mark mark)
{
    mark.counter = ++m_counter;
    return checked(m_file->write_at(m_counter % 2 * kMarkSize, encode_mark(mark)));
}

LogResult<Done> DurableWriter::sync()
{
    return checked(m_file->sync());
}

LogResult<std::optional<Mark>> read_clean_stop(Disk& disk, const std::string& data_directory)
{
    const auto path = clean_stop_path(data_directory);
    const auto bytes = read_file(disk, path);
    if (!bytes && bytes.error().code == ENOENT)
        return std::optional<Mark>{};
    if (!bytes)
        return Failure{from_disk(bytes.error())};
    const auto mark = decode_mark(*bytes);
    if (mark)
        return mark;

    LogError error;
    error.code = LogErrorCode::damaged;
    error.what = "the mark of the last clean stop is damaged";
    error.file = path;
    error.repair =
        "It only says where the log ended. Compare the log's height with a replica or a "
        "backup; when it is complete, remove this file.";
    return Failure{error};
}

LogResult<Done> write_clean_stop(Disk& disk, const std::string& data_directory, const Mark& mark)
{
    return checked(replace_file(disk, clean_stop_path(data_directory), encode_mark(mark)));
}

LogResult<Done> remove_clean_stop(Disk& disk, const std::string& data_directory)
{
    const auto path = clean_stop_path(data_directory);
    if (!disk.exists(path))
        return Done{};
    if (const auto removed = checked(disk.remove(path)); !removed)
        return removed;
    return checked(disk.sync_directory(data_directory));
}
}  // namespace engine::log

#include "tests/log/chain.hpp"

#include "engine/base/check.hpp"

namespace engine::log
{
const Bytes& Chain::add(std::size_t event_size)
{
    return add_events({event_size});
}

const Bytes& Chain::add_events(
    const std::vector<std::size_t>& event_sizes, const std::optional<Seal>& seal)
{
    std::vector<Bytes> events;
    for (const auto size : event_sizes)
        events.emplace_back(size, static_cast<std::uint8_t>(1 + m_blocks.size() % 250));
    std::vector<EventRecord> records;
    for (const auto& event : events)
        records.push_back({event, event_hash(event), {0, 1}});

    BlockHeader header;
    header.height = LogHeight{m_blocks.size()};
    if (m_before)
        header.previous = m_before->hash;
    header.time = LogTime{1000 + static_cast<std::int64_t>(m_blocks.size())};
    auto block = encode_block(header, records, seal);
    m_before = HashedHeader{block.header, block.hash};
    m_blocks.push_back(std::move(block.bytes));
    return m_blocks.back();
}

void Chain::cut(std::uint64_t height)
{
    m_blocks.resize(height);
    m_before.reset();
    if (height == 0)
        return;
    const auto header = decode_header(m_blocks.back());
    m_before = HashedHeader{*header, block_hash(m_blocks.back())};
}

LogResult<OpenLog> open_log(sim::SimDisk& disk, SegmentLogOptions options)
{
    auto directory = DataDirectory::own(disk, kData, "process 1 (test)");
    if (!directory)
        return Failure{directory.error()};
    auto log = SegmentLog::open(disk, *directory, std::move(options));
    if (!log)
        return Failure{log.error()};
    return OpenLog{std::move(*directory), std::move(*log)};
}

OpenLog must_open(sim::SimDisk& disk, SegmentLogOptions options)
{
    auto opened = open_log(disk, std::move(options));
    if (!opened)
        contract_failed(to_string(opened.error()).c_str(), __FILE__, __LINE__);
    return std::move(*opened);
}

ReadBack read_all(BlockReader& reader)
{
    ReadBack result;
    for (;;)
    {
        const auto block = reader.next();
        if (!block)
        {
            result.error = block.error();
            return result;
        }
        if (*block == nullptr)
            return result;
        result.blocks.emplace_back((*block)->bytes().begin(), (*block)->bytes().end());
    }
}

ReadBack read_log(const Log& log, std::uint64_t from)
{
    const auto reader = log.reader(LogHeight{from});
    if (!reader)
        return {{}, reader.error()};
    return read_all(**reader);
}

ReadBack read_directory(sim::SimDisk& disk, std::uint64_t from)
{
    const auto reader = open_reader(disk, kData, LogHeight{from});
    if (!reader)
        return {{}, reader.error()};
    return read_all(**reader);
}

std::string log_file(const std::string& name)
{
    return log_directory(kData) + "/" + name;
}

std::string segment_file(std::uint64_t first)
{
    return log_file(segment_name(LogHeight{first}));
}
}  // namespace engine::log

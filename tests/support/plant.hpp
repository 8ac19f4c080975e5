#pragma once

#include "engine/base/types.hpp"
#include "engine/core/table.hpp"
#include "engine/ports/disk.hpp"
#include "engine/store/rocksdb_fs.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace engine::test
{
/// Writes rows into the state on disk of a stopped node, below everything that checks them.
class PlantedRows
{
    std::unique_ptr<rocksdb::Env> m_env;
    std::unique_ptr<rocksdb::DB> m_db;

public:
    explicit PlantedRows(Disk& disk, const std::string& directory = "/data/state")
      : m_env{rocksdb::NewCompositeEnv(make_rocksdb_fs(disk, RocksAccess::read_write))}
    {
        rocksdb::Options options;
        options.env = m_env.get();
        rocksdb::DB* raw = nullptr;
        check(rocksdb::DB::Open(options, directory, &raw));
        m_db.reset(raw);
    }

    ~PlantedRows() { m_db->Flush({}); }

    void put(TableId table, ByteView key, ByteView row)
    {
        std::string raw{'r', static_cast<char>(table.value >> 8), static_cast<char>(table.value)};
        raw.append(key.begin(), key.end());
        put(raw, row);
    }

    /// Which state it is.
    void put_mark(ByteView mark) { put("h", mark); }

private:
    void put(const std::string& raw, ByteView row)
    {
        rocksdb::WriteOptions options;
        options.disableWAL = true;
        check(m_db->Put(options, raw, {reinterpret_cast<const char*>(row.data()), row.size()}));
    }

    static void check(const rocksdb::Status& status)
    {
        if (!status.ok())
            throw std::runtime_error{status.ToString()};
    }
};
}  // namespace engine::test

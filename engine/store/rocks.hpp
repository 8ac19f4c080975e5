#pragma once

#include "engine/ports/disk.hpp"
#include "engine/store/error.hpp"
#include "engine/store/state_store.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>

#include <memory>
#include <string>

namespace engine
{
/// An open RocksDB, with what it needs to live.
struct Rocks
{
    std::string directory;
    std::shared_ptr<rocksdb::FileSystem> files;
    std::unique_ptr<rocksdb::Env> env;
    rocksdb::Options options;
    std::unique_ptr<rocksdb::DB> db;
};

/// Opens the database of a directory, creating both unless read-only. What can't be a database of
/// ours is refused rather than replaced.
StoreResult<Rocks> open_rocks(
    Disk& disk, const std::string& directory, const StoreOptions& options);

/// Why RocksDB said no. A key, if one is to blame, is shown in hexadecimal.
StoreError rocks_error(
    const rocksdb::Status& status, const std::string& directory, ByteView key = {});

inline rocksdb::Slice slice_of(ByteView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline ByteView view_of(const rocksdb::Slice& slice)
{
    return {reinterpret_cast<const std::uint8_t*>(slice.data()), slice.size()};
}
}  // namespace engine

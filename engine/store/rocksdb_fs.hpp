#pragma once

#include "engine/ports/disk.hpp"

#include <rocksdb/file_system.h>

#include <memory>

namespace engine
{
enum class RocksAccess
{
    read_write,
    read_only,  ///< Whatever would write, lock or create is refused.
};

/// A file system for RocksDB over the Disk port, so that it runs on the same disk as the rest of
/// the engine: the machine's, or a simulated one. The disk must outlive it.
std::shared_ptr<rocksdb::FileSystem> make_rocksdb_fs(Disk& disk, RocksAccess access);
}  // namespace engine

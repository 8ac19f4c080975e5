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

/// The table that a flush takes in, beside the others until it is one of them.
inline constexpr const char* kIngestName = "/flush.part";

/// A file system for RocksDB over the Disk port, so that it runs on the same disk as the rest of
/// the engine: the machine's, or a simulated one. The disk must outlive it.
/// After a failed write or sync nothing more is written through it; a full disk is no failure.
std::shared_ptr<rocksdb::FileSystem> make_rocksdb_fs(Disk& disk, RocksAccess access);
}  // namespace engine

#pragma once

#include "engine/ports/disk.hpp"

#include <string>

namespace engine
{
/// The directory that a path stands in.
std::string parent_of(const std::string& path);

/// Makes a directory, with those above it, so that a power failure can't take it away again: what
/// was made is synced into what it was made in.
IoResult<Done> make_durable_directory(Disk& disk, const std::string& directory);
}  // namespace engine

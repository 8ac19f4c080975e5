#include "engine/cli/genesis_file.hpp"
#include "tests/fuzz/survives.hpp"

#include <string_view>

/// A genesis file is one, or an error that says what to do.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    const auto read =
        cli::parse_genesis_file({reinterpret_cast<const char*>(data), size}, "genesis.toml");
    if (!read)
    {
        ENSURE(!read.error().what_to_do().empty());
        ENSURE(!read.error().where.empty());
    }
    return 0;
}

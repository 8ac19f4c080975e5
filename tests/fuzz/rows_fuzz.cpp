#include "engine/codec/table_codec.hpp"
#include "tests/fuzz/survives.hpp"

#include <boost/json/serialize.hpp>

#include <string>

/// Keys and rows of every table: the first byte chooses one. What decodes can be shown, and what is
/// shown of a key is read back as the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    if (size == 0)
        return 0;
    const auto tables = table_codecs();
    const auto& table = tables[data[0] % tables.size()];
    const ByteView bytes{data + 1, size - 1};
    if (const auto row = table.row_to_json(bytes))
        static_cast<void>(boost::json::serialize(*row));
    if (const auto text = table.key_to_text(bytes))
    {
        const auto key = table.parse_key(*text);
        ENSURE(key.has_value());
        ENSURE(equal(*key, bytes));
        const auto shown = table.key_to_json(bytes);
        ENSURE(shown.has_value());
    }
    const std::string text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    if (const auto key = table.parse_key(text))
    {
        ENSURE(table.key_to_json(*key).has_value());
    }
    return 0;
}

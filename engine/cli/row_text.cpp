#include "engine/cli/row_text.hpp"

#include "engine/base/hex.hpp"
#include "engine/codec/table_codec.hpp"

#include <fmt/format.h>

namespace engine::cli
{
std::string table_name(TableId id)
{
    const auto* codec = table_by_id(id);
    return codec != nullptr ? std::string{codec->info.name} : fmt::format("{:#06x}", id.value);
}

std::string key_text(TableId table, ByteView key)
{
    const auto* codec = table_by_id(table);
    const auto text = codec != nullptr ? codec->key_to_text(key)
                                       : Result<std::string, Invalid>{Failure{Invalid{}}};
    return text ? *text : "0x" + to_hex(key);
}

json::value row_json(TableId table, const std::optional<Bytes>& row)
{
    if (!row)
        return nullptr;
    const auto* codec = table_by_id(table);
    auto value = codec != nullptr ? codec->row_to_json(*row)
                                  : Result<json::value, Invalid>{Failure{Invalid{}}};
    return value ? *std::move(value) : json::value(json::string{"undecodable 0x" + to_hex(*row)});
}
}  // namespace engine::cli

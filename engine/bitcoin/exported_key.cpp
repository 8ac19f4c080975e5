#include "engine/bitcoin/exported_key.hpp"

#include "engine/bitcoin/base58.hpp"

namespace engine::btc
{
namespace
{
constexpr std::size_t kKeySize = 32;
constexpr std::uint8_t kCompressed = 1;
}  // namespace

std::optional<ExportedKey> decode_key(std::string_view text, Network network)
{
    auto content = base58check_decode(text, 1 + kKeySize + 1);
    if (!content || content->size() < 1 + kKeySize)
        return std::nullopt;
    const bool compressed = content->size() == 1 + kKeySize + 1;
    const bool known = content->front() == parameters(network).wif_version &&
                       (!compressed || content->back() == kCompressed);
    auto key = SecretKey::from(ByteView{*content}.subspan(1, kKeySize));
    wipe(*content);
    if (!known || !key)
        return std::nullopt;
    return ExportedKey{std::move(*key), compressed};
}

std::string encode_key(const ExportedKey& key, Network network)
{
    Bytes content{parameters(network).wif_version};
    append(content, key.key.reveal());
    if (key.compressed)
        content.push_back(kCompressed);
    auto text = base58check_encode(content);
    wipe(content);
    return text;
}
}  // namespace engine::btc

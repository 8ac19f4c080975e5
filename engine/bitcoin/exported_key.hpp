#pragma once

#include "engine/bitcoin/network.hpp"
#include "engine/crypto/secret_key.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Secret keys as wallets export them ("WIF").
namespace engine::btc
{
struct ExportedKey
{
    SecretKey key;
    bool compressed = true;  ///< Whether its public key is used in the 33-byte form.
};

/// Nothing when it is no key of this network. Mainnet has a form, the other networks share one.
std::optional<ExportedKey> decode_key(std::string_view text, Network network);

/// The result is as secret as the key.
std::string encode_key(const ExportedKey& key, Network network);
}  // namespace engine::btc

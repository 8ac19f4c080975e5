#pragma once

#include "adapters/bitcoin/rpc_error.hpp"
#include "engine/base/result.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace engine::bitcoind
{
/// The file that a node writes at each start: `__cookie__:` and a secret.
struct CookieFile
{
    std::string path;
};

struct UserPassword
{
    std::string user;
    std::string password;
};

using Credentials = std::variant<CookieFile, UserPassword>;

/// Where a node with this data directory puts its cookie. `chain` as the node names it: main, test,
/// testnet4, signet, regtest.
std::string cookie_path(const std::string& data_directory, std::string_view chain);

/// The value of the Authorization header (RFC 7617), read afresh. The error names the file, its
/// owner and its mode, never its content.
Result<std::string, RpcError> authorization(const Credentials& credentials);
}  // namespace engine::bitcoind

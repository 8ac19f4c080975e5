#pragma once

#include "adapters/http/tls.hpp"
#include "engine/cli/secret_file.hpp"

#include <optional>
#include <string>

namespace engine::cli
{
/// Names of files with certificates and keys; each may be missing.
struct PemNames
{
    std::optional<std::string> certificate;
    std::optional<std::string> key;  ///< A path, `fd:N` or `terminal`.
    std::optional<std::string> authority;
};

/// What they hold. Empty where there is no name.
struct PemTexts
{
    std::string certificate;
    SecretText key{std::string{}};
    std::string authority;
};

/// Reads them. The mode of the key's file is checked, what they say is not.
Result<PemTexts, OperatorError> read_pem(const PemNames& names);

OperatorError bad_tls(const std::string& where, const http::TlsError& error);
}  // namespace engine::cli

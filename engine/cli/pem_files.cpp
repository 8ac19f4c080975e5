#include "engine/cli/pem_files.hpp"

#include "engine/runtime/config/error_kinds.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace engine::cli
{
namespace
{
Result<std::string, OperatorError> read_public(const std::optional<std::string>& path)
{
    if (!path)
        return std::string{};
    std::ifstream file{*path};
    std::ostringstream text;
    if (!file || !(text << file.rdbuf()))
        return Failure{OperatorError{errors::kBadTls, *path,
            errno != 0 ? std::strerror(errno) : "it is empty", "check the path and its mode"}};
    return text.str();
}
}  // namespace

Result<PemTexts, OperatorError> read_pem(const PemNames& names)
{
    auto certificate = read_public(names.certificate);
    if (!certificate)
        return Failure{certificate.error()};
    auto authority = read_public(names.authority);
    if (!authority)
        return Failure{authority.error()};
    PemTexts out{*std::move(certificate), SecretText{std::string{}}, *std::move(authority)};
    if (names.key)
    {
        auto key = read_secret(*names.key, "TLS key, PEM");
        if (!key)
            return Failure{key.error()};
        out.key = *std::move(key);
    }
    return out;
}

OperatorError bad_tls(const std::string& where, const http::TlsError& error)
{
    return {errors::kBadTls, where, error.what + ": " + error.why, error.action};
}
}  // namespace engine::cli

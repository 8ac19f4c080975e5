#pragma once

#include "engine/base/result.hpp"

#include <memory>
#include <string>
#include <string_view>

/// TLS for server and client: what each shows, and whom it believes. Everything is PEM text; where
/// it comes from, and who may read it there, is the caller's business.
namespace engine::http
{
/// Certificates, key and rules, ready to use. Shared by every connection of one side.
class TlsContext;

enum class TlsVersion
{
    v1_2,
    v1_3,
};

/// What a server shows. The texts are only looked at while the context is made.
struct TlsServing
{
    std::string_view certificate;  ///< The chain, its own certificate first.
    std::string_view key;          ///< Without a passphrase.
    std::string_view client_ca;    ///< Empty: no client has to show a certificate.
    TlsVersion minimum = TlsVersion::v1_3;
};

/// Whom a client believes, and what it shows if it is asked.
struct TlsAsking
{
    std::string_view ca;           ///< Empty: the authorities of this machine.
    std::string_view certificate;  ///< Empty: none is shown.
    std::string_view key;
};

struct TlsError
{
    std::string what;
    std::string why;
    std::string action;
};

/// TLS of at least the version named, with the library's own choice of ciphers, without
/// renegotiation, compression or resumption. A client that shows a certificate has to show one of
/// the authority named; one that shows none is let on to the guard.
Result<std::shared_ptr<TlsContext>, TlsError> make_tls(const TlsServing& serving);

/// TLS 1.2 or newer. The server's certificate must be of an authority that is believed, and of the
/// name or address that was asked for.
Result<std::shared_ptr<TlsContext>, TlsError> make_tls(const TlsAsking& asking);
}  // namespace engine::http

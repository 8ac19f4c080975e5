#include "adapters/http/tls.hpp"

#include "adapters/http/tls_context.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>

#include <array>
#include <memory>

namespace engine::http
{
namespace
{
namespace net = boost::asio;
using ErrorCode = boost::system::error_code;
using Made = Result<std::shared_ptr<TlsContext>, TlsError>;

net::const_buffer bytes_of(std::string_view text)
{
    return {text.data(), text.size()};
}

Failure<TlsError> refused(std::string what, const ErrorCode& error, std::string action)
{
    return Failure{TlsError{std::move(what), error.message(), std::move(action)}};
}

constexpr std::size_t kKeyHeapBytes = 64 * 1024;
constexpr std::size_t kKeyHeapPiece = 32;

/// OpenSSL's numbers that are secret lie in a heap of their own: locked, between guard pages, left
/// out of dumps and wiped. It has to be there before the first key is.
void make_key_heap()
{
    static const bool made = CRYPTO_secure_malloc_initialized() == 1 ||
                             CRYPTO_secure_malloc_init(kKeyHeapBytes, kKeyHeapPiece) != 0;
    static_cast<void>(
        made);  // Without it, where memory can't be locked, keys lie in the other one.
}

std::shared_ptr<TlsContext> bare_context(TlsVersion minimum)
{
    make_key_heap();
    auto made = std::make_shared<TlsContext>();
    auto* native = made->context.native_handle();
    SSL_CTX_set_min_proto_version(
        native, minimum == TlsVersion::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    // Without resumption there is nothing to keep, and no ticket that outlives a revoked
    // certificate.
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(native, 0);
    // A key with a passphrase is refused: otherwise the library asks on the terminal.
    ErrorCode ignored;
    made->context.set_password_callback(
        [](std::size_t, net::ssl::context::password_purpose) { return std::string{}; }, ignored);
    return made;
}

/// What one side shows; the key has to be that of the certificate.
std::optional<TlsError> show(
    net::ssl::context& context, std::string_view certificate, std::string_view key)
{
    ErrorCode error;
    context.use_certificate_chain(bytes_of(certificate), error);
    if (error)
        return TlsError{"the TLS certificate", error.message(),
            "name a file with the certificate in PEM, its own first, then those that vouch for it"};
    context.use_private_key(bytes_of(key), net::ssl::context::pem, error);
    if (error)
        return TlsError{"the TLS key", error.message(),
            "name a file with the key of that certificate in PEM, without a passphrase"};
    if (SSL_CTX_check_private_key(context.native_handle()) != 1)
        return TlsError{"the TLS key", "it is not the key of the certificate",
            "name the key that the certificate was made for"};
    return std::nullopt;
}
}  // namespace

Made make_tls(const TlsServing& serving)
{
    auto made = bare_context(serving.minimum);
    if (auto error = show(made->context, serving.certificate, serving.key))
        return Failure{*std::move(error)};
    if (serving.client_ca.empty())
        return made;
    ErrorCode error;
    made->context.add_certificate_authority(bytes_of(serving.client_ca), error);
    if (error)
        return refused("the authority of client certificates", error,
            "name a file with its certificate in PEM");
    made->context.set_verify_mode(net::ssl::verify_peer, error);
    return made;
}

Made make_tls(const TlsAsking& asking)
{
    auto made = bare_context(TlsVersion::v1_2);
    ErrorCode error;
    if (asking.ca.empty())
        made->context.set_default_verify_paths(error);
    else
        made->context.add_certificate_authority(bytes_of(asking.ca), error);
    if (error)
        return refused("the authority of the server's certificate", error,
            "name a file with its certificate in PEM");
    if (!asking.certificate.empty())
    {
        if (auto wrong = show(made->context, asking.certificate, asking.key))
            return Failure{*std::move(wrong)};
    }
    made->context.set_verify_mode(net::ssl::verify_peer, error);
    return made;
}

std::optional<std::string> verified_name(SSL* connection)
{
    const std::unique_ptr<X509, decltype(&X509_free)> shown{
        SSL_get1_peer_certificate(connection), &X509_free};
    if (!shown || SSL_get_verify_result(connection) != X509_V_OK)
        return std::nullopt;
    std::array<char, 65> name{};
    const auto size = X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName,
        name.data(), static_cast<int>(name.size()));
    return std::string{name.data(), static_cast<std::size_t>(size < 0 ? 0 : size)};
}

void expect_name(SSL* connection, const std::string& host)
{
    auto* wanted = SSL_get0_param(connection);
    ErrorCode error;
    net::ip::make_address(host, error);
    if (!error)
    {
        X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str());
        return;
    }
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size());
    SSL_set_tlsext_host_name(connection, host.c_str());
}
}  // namespace engine::http

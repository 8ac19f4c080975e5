#pragma once

// Seen by those alone who see Asio.

#include "adapters/http/tls.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <optional>
#include <string>

namespace engine::http
{
class TlsContext
{
public:
    boost::asio::ssl::context context{boost::asio::ssl::context::tls};
};

/// The common name in the certificate that the other side has shown and that was verified. Nothing:
/// it has shown none.
std::optional<std::string> verified_name(SSL* connection);

/// Which name or address the other side's certificate has to be of.
void expect_name(SSL* connection, const std::string& host);
}  // namespace engine::http

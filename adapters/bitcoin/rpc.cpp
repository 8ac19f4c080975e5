#include "adapters/bitcoin/rpc.hpp"

#include "adapters/bitcoin/foreign_text.hpp"

#include <limits>

namespace engine::bitcoind
{
namespace
{
constexpr int kInWarmup = -28;
constexpr int kClientNotConnected = -9;
constexpr std::string_view kId = "refold";

RpcError http_error(unsigned status, std::string_view body)
{
    const auto code = static_cast<int>(status);
    const auto words = printable(body);
    if (status == 401)
    {
        return {RpcErrorKind::unauthorized, code, "", "the node refuses the user or the password",
            "Check the cookie file or rpcauth; a cookie is written anew at each start of the "
            "node."};
    }
    if (status == 403)
    {
        return {RpcErrorKind::forbidden, code, "", "the node forbids this method or this address",
            "Add the method to rpcwhitelist for this user, or the address to rpcallowip."};
    }
    if (status == 503)
    {
        return {RpcErrorKind::busy, code, "", words.empty() ? "the node is busy" : words,
            "None if it passes; otherwise raise -rpcworkqueue on the node."};
    }
    return {RpcErrorKind::malformed, code, "", "no JSON-RPC reply: " + words,
        "Check the address: this is no Bitcoin node, or something stands in between."};
}

/// 0 for none, and for a number that is no error code: cut to size it could be another one's.
int code_of(const json::object& error)
{
    using Limits = std::numeric_limits<int>;
    const auto code = integer_of(error, "code").value_or(0);
    return code < Limits::min() || code > Limits::max() ? 0 : static_cast<int>(code);
}

/// Whether a reply is to our request. A very old form has no id; any other one is somebody else's.
bool is_ours(const json::object& reply)
{
    const auto* id = reply.if_contains("id");
    return id == nullptr || (id->is_string() && id->get_string() == kId);
}

RpcError node_error(const json::object& error)
{
    const auto code = code_of(error);
    auto message = printable(text_of(error, "message").value_or(""));
    if (code == kInWarmup)
    {
        return {RpcErrorKind::warming_up, code, "", std::move(message),
            "None: the node is starting. Its log shows how far it is."};
    }
    if (code == kClientNotConnected)
        return {RpcErrorKind::busy, code, "", std::move(message), "Connect the node to peers."};
    return {RpcErrorKind::refused, code, "", std::move(message), "See the node's log."};
}

RpcResult<json::value> read_reply(const RpcReply& reply)
{
    auto value = parse(reply.body);
    auto* object = value ? value->if_object() : nullptr;
    if (!object)
        return Failure{http_error(reply.status, reply.body)};
    // JSON-RPC 1: "error" is null on success. 2.0: it is absent.
    const auto* error = object->if_contains("error");
    if (error && error->is_object())
        return Failure{node_error(error->get_object())};
    auto* result = object->if_contains("result");
    const bool is_success = error == nullptr || error->is_null();
    if (!is_success || !is_ours(*object) || !result || reply.status != 200)
        return Failure{http_error(reply.status, reply.body)};
    return std::move(*result);
}
}  // namespace

RpcResult<json::value> RpcClient::call(
    std::string_view method, json::array parameters, const std::string& path)
{
    // One request at a time goes over a connection, and one that timed out takes its connection
    // with it: so the id need not tell our replies apart, and equal requests are equal bytes.
    const json::object request{
        {"jsonrpc", "2.0"}, {"id", kId}, {"method", method}, {"params", std::move(parameters)}};
    const auto reply = m_transport.post(path, json::serialize(request));
    auto result = reply ? read_reply(*reply) : RpcResult<json::value>{Failure{reply.error()}};
    if (result)
        return result;
    auto error = result.error();
    error.method = method;
    return Failure{std::move(error)};
}
}  // namespace engine::bitcoind

#pragma once

// A node of Bitcoin that speaks JSON-RPC and has a chain of its own, and that lies when told to.

#include "adapters/bitcoin/http_transport.hpp"
#include "adapters/bitcoin/json.hpp"
#include "engine/base/hex.hpp"
#include "engine/bitcoin/block.hpp"
#include "tests/adapters/scripted_server.hpp"
#include "tests/support/chain.hpp"

#include <functional>
#include <mutex>
#include <optional>

namespace engine::test
{
namespace json = boost::json;

class HostileNode
{
public:
    /// The bytes to send in place of the honest reply, if any.
    using Lie = std::function<std::optional<std::string>(
        const std::string& method, const json::array& parameters)>;

    Chain chain;

private:
    mutable std::mutex m_mutex;
    BlockHash m_tip;
    Lie m_lie;
    std::size_t m_calls = 0;
    ScriptedServer m_server{[this](const std::string& request) { return answer(request); }};

public:
    /// With a chain of so many empty blocks.
    explicit HostileNode(std::size_t blocks) : m_tip{chain.mine_empty(chain.genesis(), blocks)} {}

    BlockHash tip() const
    {
        const std::lock_guard lock{m_mutex};
        return m_tip;
    }
    void set_tip(const BlockHash& tip)
    {
        const std::lock_guard lock{m_mutex};
        m_tip = tip;
    }
    void lie(Lie lie)
    {
        const std::lock_guard lock{m_mutex};
        m_lie = std::move(lie);
    }
    void behave() { lie({}); }

    bitcoind::HttpTransport transport(http::ClientLimits limits = {}) const
    {
        return {{"127.0.0.1", m_server.port()}, bitcoind::UserPassword{"user", "secret"}, limits};
    }

    // Replies.

    static std::string http(const std::string& body, const std::string& fields = "")
    {
        return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
    }
    static std::string result(const std::string& json)
    {
        return http(R"({"jsonrpc":"2.0","result":)" + json + R"(,"id":"refold"})");
    }
    static std::string text_result(const std::string& text) { return result('"' + text + '"'); }

    /// What getblockchaininfo says of a tip at a height, which may be text of any form.
    static std::string info(const std::string& tip, const std::string& height)
    {
        return result(R"({"chain":"regtest","bestblockhash":")" + tip + R"(","blocks":)" + height +
                      R"(,"headers":)" + height + R"(,"initialblockdownload":false})");
    }

private:
    std::string answer(const std::string& request)
    {
        const auto call = json::parse(request.substr(request.find("\r\n\r\n") + 4)).as_object();
        const std::string method{call.at("method").as_string()};
        const auto& parameters = call.at("params").as_array();
        const std::lock_guard lock{m_mutex};
        ++m_calls;
        if (m_lie)
        {
            if (auto lied = m_lie(method, parameters))
                return *std::move(lied);
        }
        return honest(method, parameters);
    }

    std::string honest(const std::string& method, const json::array& parameters) const
    {
        if (method == "getblockchaininfo")
            return info(to_display_hex(m_tip.bytes), std::to_string(chain.height(m_tip).value));
        const auto* wanted = parameters.empty() ? nullptr : parameters[0].if_string();
        const auto hash = wanted != nullptr
                              ? fixed_from_display_hex<BlockHash>({wanted->data(), wanted->size()})
                              : std::nullopt;
        if (!hash || !chain.has(*hash))
            return http(R"({"jsonrpc":"2.0","error":{"code":-5,"message":"Block not found"},)"
                        R"("id":"refold"})");
        const auto& block = chain.at(*hash).block;
        if (method == "getblockheader")
            return text_result(to_hex(btc::encode(block.header).bytes));
        return text_result(to_hex(btc::encode(block)));
    }
};
}  // namespace engine::test

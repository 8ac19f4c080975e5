#pragma once

#include "adapters/bitcoin/http_transport.hpp"
#include "adapters/bitcoin/node.hpp"
#include "engine/base/hex.hpp"
#include "tests/adapters/child_process.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace engine::test
{
inline bool is_program(const std::string& path)
{
    return ::access(path.c_str(), X_OK) == 0;
}

/// The bitcoind that tests run: $REFOLD_BITCOIND, then the path, then where tools/dev/get-bitcoind
/// puts one. Empty when there is none.
inline std::string find_bitcoind()
{
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string{value ? value : ""};
    };
    if (const auto named = variable("REFOLD_BITCOIND"); !named.empty())
        return named;
    auto path = variable("PATH") + ":";
    for (auto end = path.find(':'); end != std::string::npos; end = path.find(':'))
    {
        const auto program = path.substr(0, end) + "/bitcoind";
        if (is_program(program))
            return program;
        path.erase(0, end + 1);
    }
    auto folder = variable("REFOLD_BITCOIND_DIR");
    if (folder.empty())
    {
        const auto cache = variable("XDG_CACHE_HOME");
        folder = (cache.empty() ? variable("HOME") + "/.cache" : cache) + "/refold/bitcoind";
    }
    const auto fetched = folder + "/bin/bitcoind";
    return is_program(fetched) ? fetched : "";
}

#define REFOLD_NEEDS_BITCOIND()                                                                \
    do                                                                                         \
    {                                                                                          \
        if (engine::test::find_bitcoind().empty())                                             \
            GTEST_SKIP() << "no bitcoind: set REFOLD_BITCOIND, or run tools/dev/get-bitcoind"; \
    } while (false)

/// A port that nobody listens on at the moment.
inline std::uint16_t free_port()
{
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(fd);
    return ntohs(address.sin_port);
}

/// A Bitcoin node on a chain of its own, without peers. Coinbases pay to OP_TRUE, so that anybody
/// can spend them.
class RealNode
{
    TemporaryFolder m_folder;
    std::optional<ChildProcess> m_process;

public:
    static constexpr const char* kAnyone = "raw(51)#8lvh9jxk";

    const std::uint16_t rpc_port = free_port();
    const std::uint16_t zmq_port = free_port();

    RealNode() { start(); }
    ~RealNode() { stop(); }

    void start()
    {
        const auto zmq = "tcp://127.0.0.1:" + std::to_string(zmq_port);
        m_process.emplace(
            std::vector<std::string>{find_bitcoind(), "-regtest", "-datadir=" + m_folder.path(),
                "-server", "-rpcport=" + std::to_string(rpc_port), "-listen=0", "-listenonion=0",
                "-dnsseed=0", "-fixedseeds=0", "-discover=0", "-disablewallet", "-printtoconsole=0",
                "-zmqpubhashblock=" + zmq, "-zmqpubsequence=" + zmq});
        bitcoind::HttpTransport transport{endpoint(), cookie()};
        bitcoind::Node node{transport};
        for (int i = 0; i < 600 && !node.best_block(); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }

    /// As an operator stops it: the cookie goes.
    void stop() { m_process->end(SIGTERM); }

    http::Endpoint endpoint() const { return {"127.0.0.1", rpc_port}; }
    std::string zmq() const { return "tcp://127.0.0.1:" + std::to_string(zmq_port); }
    bitcoind::CookieFile cookie() const
    {
        return {bitcoind::cookie_path(m_folder.path(), "regtest")};
    }

    boost::json::value call(std::string_view method, boost::json::array parameters)
    {
        bitcoind::HttpTransport transport{endpoint(), cookie()};
        auto result = bitcoind::Node{transport}.call(method, std::move(parameters));
        if (!result)
            throw std::runtime_error{bitcoind::to_string(result.error())};
        return std::move(*result);
    }

    void mine(int blocks) { call("generatetodescriptor", {blocks, kAnyone}); }

    /// One block with exactly these transactions behind the coinbase.
    void mine_with(const std::vector<Bytes>& transactions)
    {
        boost::json::array list;
        for (const auto& transaction : transactions)
            list.emplace_back(to_hex(transaction));
        call("generateblock", {kAnyone, list});
    }

    /// Moves the node's clock, so that what it mines is not what it has mined before.
    void later()
    {
        const auto tip = call("getblockheader", {call("getbestblockhash", {}).as_string(), true});
        call("setmocktime", {tip.at("time").as_int64() + 1'000});
    }

    std::string hash_at(int height)
    {
        return std::string{call("getblockhash", {height}).as_string()};
    }
};
}  // namespace engine::test

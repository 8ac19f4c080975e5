#include "adapters/bitcoin/node.hpp"
#include "adapters/bitcoin/recording.hpp"
#include "tests/fuzz/survives.hpp"

#include <array>
#include <sstream>
#include <string>

namespace
{
using namespace engine;
using namespace engine::bitcoind;

/// A node whose every answer is the same bytes. The first byte chooses the status.
class SameAnswer final : public RpcTransport
{
    RpcReply m_reply;

public:
    explicit SameAnswer(RpcReply reply) : m_reply{std::move(reply)} {}

    Result<RpcReply, RpcError> post(const std::string&, const std::string&) override
    {
        return m_reply;
    }
    void interrupt() override {}
};

void ask_everything(Node& node)
{
    static_cast<void>(node.info());
    static_cast<void>(node.version());
    static_cast<void>(node.best_block());
    static_cast<void>(node.block_at(ChainHeight{1}));
    static_cast<void>(node.header(BlockHash{}));
    static_cast<void>(node.block(BlockHash{}));
    static_cast<void>(node.unspent(OutPoint{}));
    static_cast<void>(node.broadcast({}));
    static_cast<void>(node.in_mempool(Txid{}));
}
}  // namespace

/// Whatever a node answers is a result or an error, for every call; and so is a recording of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    constexpr std::array<unsigned, 6> kStatuses{200, 500, 404, 401, 503, 0};
    const std::string text{reinterpret_cast<const char*>(data + 1), size - 1};
    SameAnswer transport{{kStatuses[data[0] % kStatuses.size()], text}};
    Node node{transport};
    ask_everything(node);
    std::istringstream file{text};
    const auto playback = PlaybackTransport::read(file, "recording");
    if (playback)
        static_cast<void>((*playback)->post("/", "{}"));
    return 0;
}

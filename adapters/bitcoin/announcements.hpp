#pragma once

#include "engine/base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace engine::bitcoind
{
/// Listens to a node's ZMQ announcements (-zmqpubhashblock, -zmqpubsequence) on a thread of its own
/// and calls back when a block was connected or disconnected. A wake-up only: announcements get
/// lost, are not authenticated, and skip blocks in a reorganization, so nothing is read from them.
class Announcements
{
    class Impl;
    std::unique_ptr<Impl> m_impl;

    explicit Announcements(std::unique_ptr<Impl> impl);

public:
    /// `endpoint` as the node publishes it: "tcp://127.0.0.1:28332". A node that is away or comes
    /// back is no error. The sentence says what is wrong with the endpoint.
    static Result<std::unique_ptr<Announcements>, std::string> listen(
        const std::string& endpoint, std::function<void()> on_block);

    ~Announcements();
    Announcements(const Announcements&) = delete;
    Announcements& operator=(const Announcements&) = delete;

    /// Announcements of blocks since the start.
    std::uint64_t heard() const;
};
}  // namespace engine::bitcoind

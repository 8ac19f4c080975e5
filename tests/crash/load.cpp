// The other process: submits signed commands as fast as they are acknowledged, lives on while the
// engine is killed, and remembers every acknowledgement. Afterwards it reads the log and looks for
// each of them.
//
//   crash_load run PORT GENESIS ACKS KEY...     until SIGTERM; one connection for each operator key
//   crash_load check DATA ACKS                  each acknowledged event stands at its place, once
//   crash_load answered DATA ACKS               and no other event that somebody sent
//   crash_load public KEY                       the public key of a key file

#include "adapters/http/client.hpp"
#include "adapters/system/clock.hpp"
#include "adapters/system/disk.hpp"
#include "engine/base/hex.hpp"
#include "engine/cli/secret_file.hpp"
#include "engine/codec/codec.hpp"
#include "engine/codec/json.hpp"
#include "engine/codec/validate.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/log/reader.hpp"

#include <fmt/core.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

namespace engine
{
namespace
{
std::atomic<bool> g_stop{false};
std::atomic<std::uint64_t> g_acknowledged{0};

void give_up(const std::string& why)
{
    fmt::print(stderr, "crash_load: {}\n", why);
    std::fflush(stderr);
    std::_Exit(1);
}

class Acks
{
    std::mutex m_mutex;
    std::ofstream m_file;

public:
    explicit Acks(const std::string& path) : m_file{path, std::ios::app} {}

    void add(const EventHash& event, const std::string& place)
    {
        const std::scoped_lock lock{m_mutex};
        m_file << to_hex(event.bytes) << ' ' << place << '\n' << std::flush;
        g_acknowledged.fetch_add(1);
    }
};

/// One operator: its commands follow one another, each repeated until it has an answer.
class Caller
{
    http::HttpClient m_client;
    GenesisId m_genesis;
    SecretKey m_key;
    PublicKey m_public;
    std::uint64_t m_number;
    std::uint64_t m_sequence = 0;
    Acks& m_acks;

public:
    Caller(std::uint16_t port, const GenesisId& genesis, SecretKey key, std::uint64_t number,
        Acks& acks)
      : m_client{{"127.0.0.1", port},
            {.connect_ms = 500, .total_ms = 10'000, .reply_bytes = 1 << 16}},
        m_genesis{genesis},
        m_key{std::move(key)},
        m_public{public_key(m_key)},
        m_number{number << 40},
        m_acks{acks}
    {}

    void run()
    {
        while (!g_stop)
            submit(next_command());
    }

private:
    Bytes next_command()
    {
        probe::Probed probed;
        ++m_number;
        for (std::size_t i = 0; i < 8; ++i)
            probed.id.bytes[i] = static_cast<std::uint8_t>(m_number >> (8 * i));
        probed.account = m_number % 1'000;
        probed.amount = 1;
        Event event{
            Authorization{m_public, ++m_sequence, LogTime{SystemClock{}.now().value + 500'000}, {}},
            probe::Event{probed}};
        std::get<Authorization>(event.author).signature =
            schnorr_sign(m_key, command_message(m_genesis, event).bytes, {});
        return encode_event(event);
    }

    void submit(const Bytes& bytes)
    {
        HttpRequest request;
        request.method = "POST";
        request.path = "/v1/requests";
        request.headers.emplace_back("Content-Type", "application/octet-stream");
        request.body.assign(bytes.begin(), bytes.end());
        while (!g_stop)
        {
            const auto response = m_client.send(request);
            if (response && response->status == 200)
                return acknowledged(bytes, response->body);
            if (response && response->status != 503)
                give_up(fmt::format("status {}: {}", response->status, response->body));
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
    }

    void acknowledged(const Bytes& bytes, const std::string& body)
    {
        const auto json = parse_json(body);
        const auto* place = json ? json->as_object().if_contains("place") : nullptr;
        if (place == nullptr || !place->is_string())
            give_up("an answer without a place: " + body);
        m_acks.add(event_hash(bytes), std::string{place->as_string()});
    }
};

int run(int argc, char** argv)
{
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[2]));
    const auto genesis = fixed_from_hex<GenesisId>(argv[3]);
    if (!genesis)
        give_up("no genesis id");
    std::signal(SIGTERM, [](int) { g_stop = true; });
    std::signal(SIGPIPE, SIG_IGN);
    Acks acks{argv[4]};
    std::vector<std::thread> threads;
    for (int i = 5; i < argc; ++i)
    {
        auto key = cli::read_key_file(argv[i]);
        if (!key)
            give_up(key.error().why);
        threads.emplace_back([&, i, key = std::make_shared<SecretKey>(*std::move(key))] {
            Caller{port, *genesis, std::move(*key), static_cast<std::uint64_t>(i), acks}.run();
        });
    }
    while (!g_stop)
    {
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
        fmt::print("{}\n", g_acknowledged.load());
        std::fflush(stdout);
    }
    for (auto& thread : threads)
        thread.join();
    return 0;
}

/// Whether somebody waits for an answer to this event.
bool is_command(ByteView bytes)
{
    const auto event = decode_event(bytes);
    if (!event)
        give_up("an event of the log can't be read");
    return std::holds_alternative<Authorization>(event->author);
}

int check(const std::string& data, const std::string& path, bool all_answered)
{
    std::map<std::string, std::string> acks;  // Hash -> place.
    std::ifstream file{path};
    std::string hash;
    std::string place;
    while (file >> hash >> place)
    {
        if (!acks.emplace(hash, place).second)
            give_up("acknowledged twice: " + hash);
    }
    PosixDisk disk;
    auto reader = log::open_reader(disk, data, LogHeight{0});
    if (!reader)
        give_up(log::to_string(reader.error()));
    std::size_t found = 0;
    std::map<EventHash, std::string> seen;
    for (;;)
    {
        const auto block = (*reader)->next();
        if (!block)
            give_up(log::to_string(block.error()));
        if (*block == nullptr)
            break;
        for (std::uint32_t i = 1; i < (*block)->event_count(); ++i)
        {
            const auto event = log::event_hash((*block)->event(i));
            const auto here = fmt::format("{}.{}", (*block)->height().value, i);
            if (!seen.emplace(event, here).second)
                give_up("in the log twice: " + to_hex(event.bytes));
            const auto ack = acks.find(to_hex(event.bytes));
            if (ack == acks.end())
            {
                if (all_answered && is_command((*block)->event(i)))
                    give_up("in the log at " + here + ", and nobody was told");
                continue;
            }
            if (ack->second != here)
                give_up("acknowledged at " + ack->second + ", stands at " + here);
            ++found;
        }
    }
    if (found != acks.size())
        give_up(
            fmt::format("{} of {} acknowledged events are lost", acks.size() - found, acks.size()));
    fmt::print("{} acknowledged, all there\n", found);
    return acks.empty() ? 1 : 0;
}
}  // namespace
}  // namespace engine

int main(int argc, char** argv)
{
    if (argc >= 6 && std::string_view{argv[1]} == "run")
        return engine::run(argc, argv);
    if (argc == 3 && std::string_view{argv[1]} == "public")
    {
        const auto key = engine::cli::read_key_file(argv[2]);
        if (!key)
            engine::give_up(key.error().why);
        fmt::print("{}\n", engine::to_hex(engine::public_key(*key).bytes));
        return 0;
    }
    const bool all_answered = argc == 4 && std::string_view{argv[1]} == "answered";
    if (all_answered || (argc == 4 && std::string_view{argv[1]} == "check"))
        return engine::check(argv[2], argv[3], all_answered);
    engine::give_up(
        "usage: run PORT GENESIS ACKS KEY... | check DATA ACKS | answered DATA ACKS | public KEY");
}

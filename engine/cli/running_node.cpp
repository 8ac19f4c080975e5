#include "engine/cli/running_node.hpp"

#include "adapters/bitcoin/announcements.hpp"
#include "adapters/bitcoin/follower.hpp"
#include "adapters/http/server.hpp"
#include "adapters/ledger/executor.hpp"
#include "adapters/system/clock.hpp"
#include "adapters/system/disk.hpp"
#include "adapters/system/executor.hpp"
#include "adapters/system/keep_private.hpp"
#include "adapters/system/random.hpp"
#include "engine/base/hex.hpp"
#include "engine/cli/bitcoin_node.hpp"
#include "engine/cli/door.hpp"
#include "engine/cli/follower_report.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/machine_watch.hpp"
#include "engine/cli/secret_file.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/term/progress.hpp"
#include "engine/cli/url.hpp"
#include "engine/log/data_directory.hpp"
#include "engine/runtime/api.hpp"
#include "engine/runtime/bitcoin_intake.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/halt_news.hpp"
#include "engine/runtime/logging.hpp"
#include "engine/runtime/node.hpp"
#include "engine/runtime/outbox_driver.hpp"
#include "engine/store/memory_plan.hpp"

#include <fmt/format.h>

#include <unistd.h>
#include <mutex>

namespace engine::cli
{
namespace
{
constexpr std::uint16_t kLedgerPort = 80;

NodeOptions node_options(const Config& config)
{
    NodeOptions out;
    out.directory = config.data.directory;
    out.holder = fmt::format("process {} (engine run)", ::getpid());
    out.segment_bytes = config.log.segment_bytes;
    out.memory_bytes_max = config.state.memory_bytes;
    out.store = memory_plan(config.state.memory_bytes).store();
    out.sequencer.flush_rows = config.state.flush_rows;
    out.checkpoint_every = config.state.checkpoint_every;
    out.checkpoints_kept = config.state.checkpoints_kept;
    out.keep_private = &keep_private;
    return out;
}

Result<SecretKey, OperatorError> sequencer_key(Disk& disk, const Config& config)
{
    const auto& data = config.data.directory;
    if (!disk.exists(log::log_directory(data)))
        return Failure{OperatorError{errors::kNoLog, data, "it holds no log", {}}};
    return read_key_file(config.data.sequencer_key_file.value_or(sequencer_key_path(data)));
}
}  // namespace

struct RunningNode::Inside
{
    Config config;
    std::string version = REFOLD_VERSION;
    std::function<void()> on_failure;
    mutable std::mutex mutex;
    std::optional<std::string> failed;

    PosixDisk disk;
    SystemClock clock;
    SystemRandom random;
    ThreadExecutor executor;
    std::optional<Door> door;
    std::unique_ptr<Node> node;
    std::uint64_t first_height = 0;
    std::unique_ptr<OutboxDriver> outbox;
    std::unique_ptr<ledger::LedgerExecutor> ledger;
    std::unique_ptr<Api> api;
    std::unique_ptr<http::HttpServer> server;
    std::unique_ptr<SequencerIntake> intake;
    std::unique_ptr<MachineWatch> machine;
    std::unique_ptr<BitcoinNode> bitcoin;
    std::unique_ptr<bitcoind::Follower> follower;
    std::unique_ptr<bitcoind::Announcements> announcements;

    using Problem = std::optional<OperatorError>;

    Problem open(const Terminal& terminal, std::ostream& err)
    {
        auto made = make_door(config, clock);
        if (!made)
            return made.error();
        door = *std::move(made);
        auto key = sequencer_key(disk, config);
        if (!key)
            return key.error();
        if (config.bitcoin.rpc_url || config.bitcoin.playback)
        {
            auto connected = connect_bitcoin(config);
            if (!connected)
                return connected.error();
            bitcoin = *std::move(connected);
        }
        ProgressLine line{err, terminal, clock, "opening"};
        const auto tell = [&line](const log::Progress& progress, const Refolder& folded) {
            line.update(progress.bytes_done, progress.bytes_total,
                fmt::format("height {}", grouped(folded.next_height().value - 1)));
        };
        auto opened = Node::open(
            {disk, executor, clock, random}, node_options(config), *std::move(key), tell);
        line.abandon();
        if (!opened)
            return opened.error();
        node = *std::move(opened);
        first_height = node->log().tip()->header.height.value;
        if (const auto& cut = node->cut_tail())
            logging::warning("log", "a write that a crash cut short was taken away",
                {{"file", cut->file}, {"offset", cut->offset}, {"h", cut->height.value}});
        if (const auto held = node->held())
            logging::warning("log", "no block is opened, nothing is followed or executed",
                {{"h", first_height}, {"why", *held}, {"do", "engine restored"}});
        return std::nullopt;
    }

    Problem wire()
    {
        auto& sequencer = node->sequencer();
        sequencer.on_failure([this](const std::string& why) { fail(why); });
        sequencer.follow([](const DurableBlock& block) {
            logging::debug("sequencer", "block is durable",
                {{"h", block.header.height.value}, {"events", block.header.event_count},
                    {"bytes", block.bytes->size()}});
        });
        sequencer.follow([this](const DurableBlock& block) {
            if (is_news_to_follower(block.changes))
                wake_follower();
            tell_of_halts(block);
        });
        if (auto problem = open_outbox())
            return problem;
        machine = std::make_unique<MachineWatch>(config, node->genesis_id(), executor, clock);
        api = std::make_unique<Api>(Api::Parts{.node = *node,
            .executor = executor,
            .clock = clock,
            .version = version,
            .data_directory = config.data.directory,
            .edges = [this] { return edges(); }});
        if (auto problem = listen())
            return problem;
        node->start();
        return follow_bitcoin();
    }

    static void tell_of_halts(const DurableBlock& block)
    {
        const auto news = halt_news(block.changes);
        if (const auto& deep = news.deep_reorg)
            logging::error("bitcoin",
                "a reorganisation went below the window: irrevocable effects are halted",
                {{"h", block.header.height.value}, {"block", to_display_hex(deep->block.bytes)},
                    {"height", deep->height.value}, {"fork", deep->fork.value},
                    {"old_tip", deep->old_tip.value}, {"followed", deep->followed},
                    {"do", "look at bitcoin.deep_reorg; outbox.halt_lifted lets effects go on"}});
        if (news.begun && !news.deep_reorg)
            logging::warning("effects", "an operator has halted irrevocable effects",
                {{"h", block.header.height.value}});
        if (news.ended)
            logging::warning("effects", "irrevocable effects are no longer halted",
                {{"h", block.header.height.value}});
    }

    Problem open_outbox()
    {
        outbox = std::make_unique<OutboxDriver>(executor, node->sequencer());
        if (config.ledger.url)
        {
            const auto endpoint = parse_endpoint(*config.ledger.url, kLedgerPort);
            if (!endpoint)
                return OperatorError{errors::kBadValue, "ledger.url",
                    "\"" + *config.ledger.url + "\" has no host or a bad port", {}};
            ledger = std::make_unique<ledger::LedgerExecutor>(*endpoint);
            outbox->use(outbox::EffectKind::mint, *ledger);
        }
        if (!node->held())
            outbox->start();
        return std::nullopt;
    }

    Problem listen()
    {
        ENSURE(door.has_value());
        http::Router router;
        for (auto& route : api->routes())
            router.add(std::move(route.method), std::move(route.pattern), std::move(route.handler),
                route.answer_ms);
        auto started = http::HttpServer::start(door->where, std::move(router), door->limits);
        if (!started)
            return OperatorError{errors::kDiskFailed, "http.listen = " + config.http.listen,
                started.error().what + ": " + started.error().why, started.error().action};
        server = *std::move(started);
        return std::nullopt;
    }

    Problem follow_bitcoin()
    {
        if (!bitcoin || node->held())
            return std::nullopt;
        const auto source = bitcoin_source(node->constants());
        if (!source)
            return OperatorError{errors::kContradiction, "bitcoin.rpc_url",
                "the log's genesis declares no source that is proved by Bitcoin",
                "leave bitcoin.rpc_url out, or begin a log that declares one"};
        intake = std::make_unique<SequencerIntake>(node->sequencer(), *source);
        bitcoind::FollowerSettings settings;
        settings.poll_ms = config.bitcoin.poll_ms;
        settings.sync.network = static_cast<btc::Network>(
            std::get<bitcoin::Genesis>(node->constants().modules).network);
        auto started = std::make_unique<bitcoind::Follower>(
            bitcoin->node, *intake, clock, settings, log_trouble);
        {
            const std::lock_guard lock{mutex};
            follower = std::move(started);
        }
        return listen_for_blocks();
    }

    static void log_trouble(const std::optional<bitcoind::FollowFault>& fault)
    {
        if (!fault)
            logging::info("bitcoin", "the node is followed again");
        else
            logging::warning("bitcoin", "the node cannot be followed",
                {{"code", fault->code}, {"what", fault->what}, {"why", fault->why},
                    {"do", fault->action}});
    }

    // On Lane::fold, where blocks become durable before there is a follower.
    void wake_follower()
    {
        const std::lock_guard lock{mutex};
        if (follower)
            follower->wake();
    }

    Problem listen_for_blocks()
    {
        if (!config.bitcoin.zmq_url)
            return std::nullopt;
        auto heard =
            bitcoind::Announcements::listen(*config.bitcoin.zmq_url, [this] { follower->wake(); });
        if (!heard)
            return OperatorError{errors::kBadValue, "bitcoin.zmq_url", heard.error(), {}};
        announcements = *std::move(heard);
        return std::nullopt;
    }

    // On Lane::fold.
    EdgeReport edges()
    {
        EdgeReport report;
        if (const auto* running = running_follower())
        {
            const auto health = running->health();
            report.groups["bitcoin"] = follower_group(health);
            report.follower = follower_facts(health, clock.now());
            report.follower->blocks_are_regular = !is_regtest();
        }
        json::object effects;
        effects["executor"] = config.ledger.url ? json::value(json::string{*config.ledger.url})
                                                : json::value(nullptr);
        effects["in_trouble"] = outbox->troubles().size();
        report.groups["effects"] = std::move(effects);
        report.groups["http"] = report_http();
        report.effects.has_executor = ledger != nullptr;
        report.effects.failing = outbox->troubles().size();
        if (report.effects.failing > 0)
        {
            const auto& [id, trouble] = *outbox->troubles().begin();
            report.effects.failure =
                fmt::format("{} failed {} times: {}: {}", short_id(to_hex(id.bytes), true),
                    trouble.failures, trouble.error.what, trouble.error.why);
            report.effects.failure_action = trouble.error.action;
        }
        report.findings = logging_findings(logging::dropped());
        const auto found = machine->findings(node->sequencer().status().height);
        report.findings.insert(report.findings.end(), found.begin(), found.end());
        return report;
    }

    bool is_regtest() const
    {
        return std::get<bitcoin::Genesis>(node->constants().modules).network ==
               bitcoin::Network::regtest;
    }

    json::object report_http() const
    {
        json::object group;
        if (!server)
            return group;
        const auto stats = server->stats();
        group["tls"] = door->where.tls != nullptr;
        group["connections_open"] = stats.connections_open;
        group["connections_refused"] = stats.connections_refused;
        group["requests"] = stats.requests;
        group["requests_refused"] = stats.requests_refused;
        group["streams_open"] = stats.streams_open;
        group["streams_cut"] = stats.streams_cut;
        return group;
    }

    // The follower is started while the node runs already.
    const bitcoind::Follower* running_follower()
    {
        const std::lock_guard lock{mutex};
        return follower.get();
    }

    void fail(const std::string& why)
    {
        logging::error("node", "the node has to stop", {{"why", why}});
        {
            const std::lock_guard lock{mutex};
            if (failed)
                return;
            failed = why;
        }
        on_failure();
    }

    // What talks to the outside ends first, then the node, then the server that answers for it.
    void stop_edges()
    {
        announcements.reset();
        if (follower)
            follower->stop();
        if (api)
            api->stop();
        if (ledger)
            ledger->interrupt();
        if (outbox)
            executor.post(Lane::fold, [this] { outbox->stop(); });
    }
};

RunningNode::RunningNode(std::unique_ptr<Inside> inside) : m{std::move(inside)} {}

Result<std::unique_ptr<RunningNode>, OperatorError> RunningNode::start(
    const Options& options, std::ostream& err, std::function<void()> on_failure)
{
    auto inside = std::make_unique<Inside>();
    inside->config = options.config();
    inside->on_failure = std::move(on_failure);
    auto running = std::unique_ptr<RunningNode>{new RunningNode{std::move(inside)}};
    auto& in = *running->m;
    if (auto problem = in.open(options.terminal, err))
        return Failure{*std::move(problem)};
    if (auto problem = in.wire())
        return Failure{*std::move(problem)};
    logging::info("run", "running",
        {{"listen", running->address()}, {"h", in.first_height}, {"genesis", running->genesis()}});
    return running;
}

RunningNode::~RunningNode()
{
    m->stop_edges();
    if (m->server)
        m->server->stop();
    m->executor.stop();
}

void RunningNode::drain(std::function<void()> done)
{
    m->stop_edges();
    m->node->stop(std::move(done));
}

std::optional<OperatorError> RunningNode::failure() const
{
    const std::lock_guard lock{m->mutex};
    if (!m->failed)
        return std::nullopt;
    return OperatorError{errors::kStopped, m->config.data.directory, *m->failed, {}};
}

std::string RunningNode::address() const
{
    const auto host = m->config.http.listen.substr(0, m->config.http.listen.rfind(':'));
    return fmt::format(
        "{}://{}:{}", m->door->where.tls ? "https" : "http", host, m->server->port());
}

std::string RunningNode::genesis() const
{
    return to_hex(m->node->genesis_id().bytes);
}

std::uint64_t RunningNode::first_height() const
{
    return m->first_height;
}
}  // namespace engine::cli

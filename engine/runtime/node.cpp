#include "engine/runtime/node.hpp"

#include "engine/base/hex.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/domain/access/state.hpp"
#include "engine/log/restored.hpp"
#include "engine/runtime/checkpoints.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/logging.hpp"
#include "engine/store/checkpoint.hpp"
#include "engine/store/memory_plan.hpp"

#include <fmt/format.h>

namespace engine
{
namespace
{
/// Every height that something in the directory says was durable: a log that ends before one of
/// them has lost blocks.
Result<std::vector<log::HeightClaim>, OperatorError> claims_of(
    Disk& disk, const std::string& directory, const std::optional<log::Seal>& seal)
{
    std::vector<log::HeightClaim> claims;
    if (seal)
        claims.push_back({"the seal", seal->height});
    const auto checkpoints = list_checkpoints(disk, checkpoints_path(directory));
    if (!checkpoints)
        return Failure{from_store(checkpoints.error())};
    for (const auto& checkpoint : *checkpoints)
    {
        if (checkpoint.mark)
            claims.push_back({"checkpoint " + checkpoint.directory, checkpoint.mark->height});
    }
    return claims;
}

/// For who waited for a root that won't come.
OperatorError no_root(std::string what)
{
    return {errors::kStopped, std::move(what), "it waited for the next state root", {}};
}

std::optional<OperatorError> check_key(const Genesis& genesis, const SecretKey& key)
{
    const auto& expected = std::get<access::Genesis>(genesis.modules).sequencer;
    if (public_key(key) == expected)
        return std::nullopt;
    return OperatorError{errors::kBadSecretFile, "the sequencer's key",
        fmt::format("its public key is {}, and this log's genesis names {}",
            to_hex(public_key(key).bytes), to_hex(expected.bytes)),
        "use the key that `engine init` made for this log"};
}

/// The seal against the log: made by the log's own sequencer, of a block that is there.
std::optional<OperatorError> check_seal(
    const log::Log& log, const LogIdentity& identity, const log::Seal& seal)
{
    const auto wrong = [&](std::string why) {
        return OperatorError{errors::kLogDamaged,
            fmt::format("seal of height {}", seal.height.value), std::move(why),
            "if the log is sound, remove the seal file: a new one is made"};
    };
    const auto& key = std::get<access::Genesis>(identity.genesis.modules).sequencer;
    if (!schnorr_verify(key, log::seal_message(identity.id, seal).bytes, seal.signature))
        return wrong("its signature is not the sequencer's");
    const auto block = log::read_block(log, seal.height);
    if (!block)
        return from_log(block.error());
    if (log::block_hash(ByteView{*block}) != seal.block_hash)
        return wrong("it seals another block than the one in the log");
    return std::nullopt;
}

/// Rows that changed can't be evicted: there may be as many as the bound on memory allows, those of
/// the block that is being filled included.
void keep_within(SequencerOptions& options, const MemoryPlan& plan)
{
    options.flush_bytes = std::min(options.flush_bytes, plan.flush_bytes);
    options.block_bytes_max = std::min(options.block_bytes_max, plan.flush_bytes);
    options.changed_bytes_max = std::min(options.changed_bytes_max, plan.changed_bytes);
}

/// Going on from a copy that lacks blocks which others have seen would make two histories.
std::string held_by(const std::string& mark)
{
    return fmt::format(
        "the log was restored ({}): no block is opened until an operator has declared that no "
        "other copy of it goes further",
        mark);
}
}  // namespace

std::string state_path(const std::string& data_directory)
{
    return data_directory + "/state";
}
std::string checkpoints_path(const std::string& data_directory)
{
    return data_directory + "/checkpoints";
}
std::string seal_path(const std::string& data_directory)
{
    return data_directory + "/seal";
}
std::string sequencer_key_path(const std::string& data_directory)
{
    return data_directory + "/keys/sequencer.key";
}

struct Node::Inside
{
    Ports ports;
    NodeOptions options;
    SecretKey key;
    log::DataDirectory directory;
    LogIdentity identity;
    std::unique_ptr<StateStore> store;
    std::unique_ptr<log::SegmentLog> log;
    CaughtUp caught_up;
    std::unique_ptr<Sequencer> sequencer;
    std::unique_ptr<Checkpoints> checkpoints;

    void save_seal(const log::Seal& seal)
    {
        // A seal that can't be saved is made again at the next start.
        const auto path = seal_path(options.directory);
        if (const auto saved = replace_file(ports.disk, path, log::encode_seal(seal)); !saved)
            logging::warning("seal", "not saved", {{"why", to_string(saved.error())}});
    }

    void follow_for_checkpoints(Node& node)
    {
        if (options.checkpoint_every == 0)
            return;
        sequencer->follow([this, &node](const DurableBlock& block) {
            if (block.header.height.value % options.checkpoint_every == 0)
                node.checkpoint([](const Result<StateMark, OperatorError>& taken) {
                    if (!taken)
                        logging::warning("checkpoint", "not taken", {{"why", taken.error().why}});
                });
        });
    }
};

Node::Node(std::unique_ptr<Inside> inside) : m{std::move(inside)} {}
Node::~Node() = default;

Result<std::optional<log::Seal>, OperatorError> Node::read_seal(
    Disk& disk, const std::string& data_directory)
{
    const auto path = seal_path(data_directory);
    if (!disk.exists(path))
        return std::optional<log::Seal>{};
    const auto bytes = read_file(disk, path);
    if (!bytes)
        return Failure{from_log(log::from_disk(bytes.error()))};
    const auto seal = log::decode_seal(*bytes);
    if (!seal)
        return Failure{OperatorError{errors::kLogDamaged, path,
            fmt::format("{} bytes are no seal of {}", bytes->size(), log::kSealSize),
            "remove the file: the seal is made again"}};
    return seal;
}

Result<std::unique_ptr<Node>, OperatorError> Node::open(
    Ports ports, NodeOptions options, SecretKey key, const OnProgress& on_progress)
{
    // A block must fit into a segment, and shouldn't fill it.
    options.sequencer.block_bytes_max =
        std::min<std::size_t>(options.sequencer.block_bytes_max, options.segment_bytes / 4);
    keep_within(options.sequencer, memory_plan(options.memory_bytes_max));
    auto directory = log::DataDirectory::own(ports.disk, options.directory, options.holder);
    if (!directory)
        return Failure{from_log(directory.error())};
    const auto restored = log::read_restored(ports.disk, options.directory);
    if (!restored)
        return Failure{from_log(restored.error())};
    if (*restored)
        options.sequencer.held = held_by(**restored);
    auto seal = read_seal(ports.disk, options.directory);
    if (!seal)
        return Failure{seal.error()};
    auto claims = claims_of(ports.disk, options.directory, *seal);
    if (!claims)
        return Failure{claims.error()};
    auto store = StateStore::open(ports.disk, state_path(options.directory), options.store);
    if (!store)
        return Failure{from_store(store.error())};
    if (const auto mark = (*store)->stands_at())
        claims->push_back({"the state", mark->height});

    auto log = log::SegmentLog::open(ports.disk, *directory,
        {.segment_size = options.segment_bytes, .claims = *std::move(claims)});
    if (!log)
        return Failure{from_log(log.error())};
    auto identity = identify(**log);
    if (!identity)
        return Failure{identity.error()};
    if (auto error = check_key(identity->genesis, key))
        return Failure{*std::move(error)};
    if (*seal)
    {
        if (auto error = check_seal(**log, *identity, **seal))
            return Failure{*std::move(error)};
    }

    std::uint64_t hash_seed = 0;
    std::array<std::uint8_t, 8> random{};
    ports.random.fill(random);
    std::memcpy(&hash_seed, random.data(), random.size());
    auto caught_up = catch_up(**log, **store,
        {.memory_bytes_max = options.memory_bytes_max,
            .flush_rows = options.sequencer.flush_rows,
            .hash_seed = hash_seed,
            .sealed = *seal ? std::optional{(*seal)->height} : std::nullopt,
            .to = {},
            .executor = &ports.executor},
        on_progress);
    if (!caught_up)
        return Failure{caught_up.error()};
    if (*seal && (*seal)->height == caught_up->root.height && (*seal)->root != caught_up->root.root)
        return Failure{from_finding({{(*seal)->height, 0}, "the sealed state root differs",
            to_hex((*seal)->root.bytes), to_hex(caught_up->root.root.bytes)})};

    // NOLINTNEXTLINE(modernize-make-unique): an aggregate.
    auto inside = std::unique_ptr<Inside>{new Inside{ports, std::move(options), std::move(key),
        *std::move(directory), *std::move(identity), *std::move(store), *std::move(log),
        *std::move(caught_up), nullptr, nullptr}};
    auto& in = *inside;
    if (in.options.keep_private)
        in.options.keep_private(&in.key, sizeof in.key);
    in.sequencer = std::make_unique<Sequencer>(
        Sequencer::Parts{ports.executor, ports.clock, *in.log, *in.store, *in.caught_up.state,
            in.key, [&in](const log::Seal& made) { in.save_seal(made); }},
        in.options.sequencer, *in.caught_up.folded, in.caught_up.root, *seal);
    in.checkpoints = std::make_unique<Checkpoints>(ports.disk, ports.executor, *in.sequencer,
        Checkpoints::Settings{checkpoints_path(in.options.directory), in.options.checkpoints_kept,
            in.options.store.deterministic,
            std::min(in.options.store.block_cache_bytes, Checkpoints::kCacheMost)});
    auto node = std::unique_ptr<Node>{new Node{std::move(inside)}};
    in.follow_for_checkpoints(*node);
    return node;
}

Sequencer& Node::sequencer()
{
    return *m->sequencer;
}
log::Log& Node::log()
{
    return *m->log;
}
const GenesisId& Node::genesis_id() const
{
    return m->identity.id;
}
const Genesis& Node::constants() const
{
    return m->identity.genesis;
}
const std::optional<log::CutTail>& Node::cut_tail() const
{
    return m->log->cut_tail();
}

std::optional<std::string> Node::held() const
{
    return m->options.sequencer.held;
}

void Node::checkpoint(std::function<void(Result<StateMark, OperatorError>)> answer)
{
    m->checkpoints->take(std::move(answer));
}

std::string Node::checkpoint_path(LogHeight height) const
{
    return checkpoint_directory(checkpoints_path(m->options.directory), height);
}

void Node::prove(
    TableId table, Bytes key, std::function<void(Result<SealedProof, OperatorError>)> answer)
{
    const auto prove = [table, key = std::move(key), answer](
                           StateStore& store, const StateMark&, const log::Seal& seal) {
        auto proof = store.prove(table, key);
        if (!proof)
            return answer(Failure{from_store(proof.error())});
        answer(SealedProof{*std::move(proof), seal});
    };
    const auto refused = [answer = std::move(answer)] { answer(Failure{no_root("the proof")}); };
    m->ports.executor.post(
        Lane::fold, [this, prove, refused] { m->sequencer->at_root(prove, refused); });
}

void Node::read_stored(std::function<void(const RowSource&, LogHeight)> reader,
    std::function<void(const OperatorError&)> refused)
{
    m->ports.executor.post(
        Lane::fold, [this, reader = std::move(reader), refused = std::move(refused)] {
            auto& sequencer = *m->sequencer;
            sequencer.at_root([reader](StateStore& store, const StateMark& mark,
                                  const log::Seal&) { reader(store, mark.height); },
                [refused] { refused(no_root("the listing")); }, sequencer.status().height);
        });
}

void Node::start()
{
    m->sequencer->start();
}

void Node::stop(std::function<void()> done)
{
    m->checkpoints->abandon();
    m->sequencer->drain([this, done = std::move(done)] {
        m->ports.executor.post(Lane::log, [this, done] {
            // Without its mark the next start looks at the tail: nothing else is lost.
            if (const auto closed = m->log->close(); !closed)
                logging::warning(
                    "log", "no mark of a clean stop", {{"why", log::to_string(closed.error())}});
            done();
        });
    });
}
}  // namespace engine

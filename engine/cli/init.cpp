#include "adapters/bitcoin/anchor.hpp"
#include "adapters/system/clock.hpp"
#include "adapters/system/disk.hpp"
#include "adapters/system/random.hpp"
#include "engine/base/hex.hpp"
#include "engine/cli/bitcoin_node.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/genesis_file.hpp"
#include "engine/cli/genesis_parameters.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/secret_file.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/log/reader.hpp"
#include "engine/runtime/catch_up.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/create_log.hpp"
#include "engine/runtime/node.hpp"

#include <fmt/format.h>

#include <unistd.h>
#include <filesystem>

namespace engine::cli
{
namespace
{
struct Begun
{
    GenesisId id;
    PublicKey sequencer;
    LogTime time;
    GenesisParameters parameters;
    std::optional<std::string> operator_key_file;
};

template <typename T>
using Made = Result<T, OperatorError>;

Made<bitcoin::ChainAnchor> find_anchor(const Options& options, const GenesisParameters& parameters)
{
    if (!parameters.anchor_height)
        return first_anchor(parameters.network);
    auto node = connect_bitcoin(options.config());
    if (!node)
        return Failure{node.error()};
    if (auto error = check_network(**node, parameters.network))
        return Failure{std::move(*error)};
    auto anchor = bitcoind::read_anchor((*node)->node, *parameters.anchor_height);
    if (!anchor)
        return Failure{from_rpc(anchor.error())};
    return *anchor;
}

// The key of an interrupted `init` is used again: nothing was signed with it yet.
Made<SecretKey> sequencer_key(Disk& disk, const std::string& data, Random& random)
{
    const auto path = sequencer_key_path(data);
    if (disk.exists(path))
        return read_key_file(path);
    const auto made = disk.make_directories(data + "/keys");
    if (!made)
        return Failure{OperatorError{errors::kDiskFailed, path, to_string(made.error()), {}}};
    return make_key_file(path, random);
}

// Asked before a key is made: what a log's keys are must not change under it.
std::optional<OperatorError> find_log(Disk& disk, const std::string& data)
{
    if (!disk.exists(log::log_directory(data)))
        return std::nullopt;
    auto reader = log::open_reader(disk, data, LogHeight{0});
    if (!reader)
        return from_log(reader.error());
    const auto block = (*reader)->next();
    if (!block)
        return from_log(block.error());
    if (*block == nullptr)
        return std::nullopt;
    return OperatorError{errors::kLogExists, log::log_directory(data),
        "its genesis id is " + to_hex((*block)->hash().bytes), {}};
}

Made<Begun> begin(const Options& options)
{
    auto parameters = read_genesis_parameters(options);
    if (!parameters)
        return Failure{parameters.error()};
    const auto key_file = options.flag("operator-key");
    if (parameters->operators.empty() && !key_file)
        return Failure{OperatorError{errors::kBadArguments, {},
            "without an operator nobody could ever submit a command",
            "add --operator-key FILE to make a key, or --operator PUBKEY to name one"}};
    if (key_file && std::filesystem::exists(*key_file))
        return Failure{OperatorError{errors::kKeyExists, *key_file, {},
            "choose another name, or name that key's public half with --operator"}};
    const auto anchor = find_anchor(options, *parameters);
    if (!anchor)
        return Failure{anchor.error()};

    PosixDisk disk;
    SystemRandom random;
    const auto& data = options.config().data.directory;
    if (auto error = find_log(disk, data))
        return Failure{std::move(*error)};
    const auto sequencer = sequencer_key(disk, data, random);
    if (!sequencer)
        return Failure{sequencer.error()};
    if (key_file)
    {
        const auto made = make_key_file(*key_file, random);
        if (!made)
            return Failure{made.error()};
        parameters->operators.push_back(public_key(*made));
    }
    Hash256 nonce;
    random.fill(nonce.bytes);
    const auto time = SystemClock{}.now();
    const auto genesis = make_genesis(*parameters, *anchor, public_key(*sequencer), nonce, time);
    const auto id = create_log(disk, data, genesis,
        fmt::format("process {} (engine init)", ::getpid()), options.config().log.segment_bytes);
    if (!id)
        return Failure{id.error()};
    return Begun{*id, public_key(*sequencer), time, *std::move(parameters), key_file};
}

void print_json(const Options& options, const Begun& begun, std::ostream& out)
{
    json::array operators;
    for (const auto& key : begun.parameters.operators)
        operators.push_back(json::string{to_hex(key.bytes)});
    json::object answer;
    answer["genesis"] = to_hex(begun.id.bytes);
    answer["data"] = options.config().data.directory;
    answer["network"] = json::string{network_name(begun.parameters.network)};
    answer["sequencer"] = to_hex(begun.sequencer.bytes);
    answer["operators"] = std::move(operators);
    answer["time_ms"] = begun.time.value;
    write_line(out, answer);
}

void print(const Options& options, const Begun& begun, std::ostream& out)
{
    const auto& data = options.config().data.directory;
    out << "a log begins in " << data << "\n"
        << "  genesis    " << to_hex(begun.id.bytes) << "\n"
        << "  network    " << network_name(begun.parameters.network) << "\n"
        << "  sequencer  " << to_hex(begun.sequencer.bytes) << "   key " << sequencer_key_path(data)
        << "\n";
    for (const auto& key : begun.parameters.operators)
        out << "  operator   " << to_hex(key.bytes)
            << (begun.operator_key_file ? "   key " + *begun.operator_key_file : "") << "\n";
    if (begun.parameters.wallet_script.empty())
        out << "  peg        none: no --wallet was given\n";
    if (begun.parameters.network == bitcoin::Network::signet)
        out << "  note       work proves little on signet: whoever gives us blocks can invent "
               "them,\n"
               "             for the signatures of its blocks (BIP-325) are not checked. For "
               "tests.\n";
    out << "keep the genesis id: every command and every seal is bound to it.\n"
        << "next       engine run --data " << data << "\n";
}
}  // namespace

int run_init(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto begun = begin(options);
    if (!begun)
        return fail(options, err, begun.error());
    if (options.json)
        print_json(options, *begun, out);
    else
        print(options, *begun, out);
    return kExitYes;
}
}  // namespace engine::cli

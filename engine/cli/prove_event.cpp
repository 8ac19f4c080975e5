// `engine prove --event H.I`: gets the proof from the log's files or from a node, and checks it as
// somebody would who has nothing but the proof.

#include "adapters/system/disk.hpp"
#include "engine/base/hex.hpp"
#include "engine/cli/node_client.hpp"
#include "engine/cli/proofs.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/log/reader.hpp"
#include "engine/runtime/api_json.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/node.hpp"
#include "engine/runtime/refolder.hpp"

#include <fmt/format.h>

namespace engine::cli
{
namespace
{
template <typename T>
using Made = Result<T, OperatorError>;

// An answer, and where it comes from.
struct Given
{
    json::value answer;
    std::string where;
};

// Calls `use` with the block of a height.
template <typename Use>
auto with_block(Disk& disk, const std::string& data, LogHeight height, const Use& use)
    -> decltype(use(std::declval<const log::BlockView&>()))
{
    const auto reader = log::open_reader(disk, data, height);
    if (!reader)
        return Failure{from_log(reader.error())};
    const auto block = (*reader)->next();
    if (!block)
        return Failure{from_log(block.error())};
    if (*block == nullptr)
        return Failure{OperatorError{errors::kNoSuchHeight, "height " + grouped(height.value),
            "the log ends before it", {}}};
    return use(**block);
}

Made<LogName> name_of_log(Disk& disk, const std::string& data)
{
    return with_block(disk, data, LogHeight{0}, [&](const log::BlockView& block) -> Made<LogName> {
        const auto genesis = genesis_of(block);
        if (!genesis)
            return Failure{OperatorError{
                errors::kLogDamaged, data, "block 0 holds no genesis", "run verify-consistency"}};
        return LogName{block.hash(), std::get<access::Genesis>(genesis->modules).sequencer};
    });
}

Made<Given> from_log_files(const std::string& data, EventPlace place)
{
    PosixDisk disk;
    const auto name = name_of_log(disk, data);
    if (!name)
        return Failure{name.error()};
    const auto proof = with_block(
        disk, data, place.height, [&](const log::BlockView& block) -> Made<log::EventProof> {
            if (place.index >= block.event_count())
                return Failure{OperatorError{errors::kNotFound, "event " + to_text(place),
                    fmt::format("the block has {} events", block.event_count()),
                    "indices begin at 0"}};
            return log::prove_event(block, place.index);
        });
    if (!proof)
        return Failure{proof.error()};
    const auto seal = Node::read_seal(disk, data);
    if (!seal)
        return Failure{seal.error()};
    return Given{event_proof_to_json(*proof, *seal, *name), data};
}

Made<Given> from_node(const Options& options, EventPlace place)
{
    const auto endpoint = NodeClient::endpoint_of(options);
    if (!endpoint)
        return Failure{endpoint.error()};
    NodeClient node{*endpoint};
    const auto path = "/v1/proof/event/" + to_text(place);
    auto answer = node.get(path);
    if (!answer)
        return Failure{answer.error()};
    return Given{*std::move(answer), node.address() + path};
}

Made<Given> get_proof(const Options& options, EventPlace place)
{
    const auto& data = options.config().data.directory;
    if (!options.has("node") && PosixDisk{}.exists(data + "/log"))
        return from_log_files(data, place);
    return from_node(options, place);
}

std::string completion(const SealedEvent& proven)
{
    const auto height = proven.proof.height.value;
    if (!proven.seal)
        return "not sealed yet: the block hash is nobody's word so far";
    const auto sealed = proven.seal->height.value;
    if (sealed == height)
        return "the block itself is sealed";
    return fmt::format(
        "sealed with block {}: the headers {} to {} complete the proof "
        "(GET /v1/blocks/H)",
        grouped(sealed), grouped(height + 1), grouped(sealed));
}
}  // namespace

int run_prove_event(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto given_place = options.flag("event").value_or("");
    if (!options.arguments.empty())
        return fail(options, err,
            {errors::kBadArguments, {}, "--event and a table are two proofs", "ask for one"});
    const auto place = place_from_text(given_place);
    if (!place)
        return fail(options, err,
            {errors::kBadFlag, "--event", "\"" + given_place + "\" is no place as 12.0",
                "engine log shows places"});
    auto given = get_proof(options, *place);
    if (!given)
        return fail(options, err, given.error());
    const auto trust = trust_of(options, given->answer, given->where);
    if (!trust)
        return fail(options, err, trust.error());
    const auto proven = check_event(*trust, given->answer, given->where);
    if (!proven)
        return fail(options, err, proven.error());
    if (EventPlace{proven->proof.height, proven->proof.index} != *place)
        return fail(options, err, no_proof(given->where, "it is the proof of another event"));

    json::object result{{"valid", true}};
    for (const auto& member : given->answer.as_object())
        result.insert(member);
    if (const auto problem = keep_proof(options, result))
        return fail(options, err, *problem);
    if (options.json)
        write_line(out, result);
    else
        show(options, *proven, *trust, completion(*proven), out);
    return kExitYes;
}
}  // namespace engine::cli

#include "engine/cli/trust.hpp"

#include "adapters/system/disk.hpp"
#include "engine/base/hex.hpp"
#include "engine/domain/access/events.hpp"
#include "engine/log/reader.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/refolder.hpp"

namespace engine::cli
{
namespace
{
std::optional<Trust> from_own_log(const std::string& data)
{
    PosixDisk disk;
    if (!disk.exists(data + "/log"))
        return std::nullopt;
    const auto reader = log::open_reader(disk, data, LogHeight{0});
    if (!reader)
        return std::nullopt;
    const auto block = (*reader)->next();
    if (!block || *block == nullptr)
        return std::nullopt;
    const auto genesis = genesis_of(**block);
    if (!genesis)
        return std::nullopt;
    return Trust{std::get<access::Genesis>(genesis->modules).sequencer, (*block)->hash(),
        "the log in this data directory"};
}

// 64 hexadecimal digits of a flag; an error if it has others.
template <typename Id>
Result<Id, OperatorError> id_flag(std::string_view name, const std::string& text)
{
    if (const auto id = fixed_from_hex<Id>(text))
        return *id;
    return Failure{OperatorError{errors::kBadFlag, "--" + std::string{name},
        "\"" + text + "\" is not 64 hexadecimal digits", {}}};
}
}  // namespace

Result<std::optional<Trust>, OperatorError> trust_without_node(const Options& options)
{
    const auto genesis = options.flag("genesis");
    const auto sequencer = options.flag("sequencer");
    if (!genesis && !sequencer)
        return from_own_log(options.config().data.directory);
    if (!genesis || !sequencer)
        return Failure{OperatorError{errors::kBadFlag, genesis ? "--genesis" : "--sequencer",
            "the two name a log together", "give both, or neither beside a log at --data"}};
    const auto id = id_flag<GenesisId>("genesis", *genesis);
    if (!id)
        return Failure{id.error()};
    const auto key = id_flag<PublicKey>("sequencer", *sequencer);
    if (!key)
        return Failure{key.error()};
    return std::optional{Trust{*key, *id, "--genesis and --sequencer"}};
}

Result<Trust, OperatorError> trust_of(
    const Options& options, const json::value& answer, const std::string& where)
{
    const auto key_text = text_at(answer, "sequencer").value_or("");
    const auto id_text = text_at(answer, "genesis").value_or("");
    const auto key = fixed_from_hex<PublicKey>(key_text);
    const auto id = fixed_from_hex<GenesisId>(id_text);
    if (!key || !id)
        return Failure{OperatorError{
            errors::kNodeAnswer, where, "it names no sequencer or no genesis id", {}}};
    if (const auto named = options.flag("sequencer"))
    {
        const auto wanted = id_flag<PublicKey>("sequencer", *named);
        if (!wanted)
            return Failure{wanted.error()};
        return Trust{*wanted, *id, "--sequencer"};
    }
    if (auto own = from_own_log(options.config().data.directory))
        return *own;
    return Trust{*key, *id, "the node itself"};
}
}  // namespace engine::cli

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

}  // namespace

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
        const auto wanted = fixed_from_hex<PublicKey>(*named);
        if (!wanted)
            return Failure{OperatorError{errors::kBadFlag, "--sequencer",
                "\"" + *named + "\" is no public key of 64 hexadecimal digits", {}}};
        return Trust{*wanted, *id, "--sequencer"};
    }
    if (auto own = from_own_log(options.config().data.directory))
        return *own;
    return Trust{*key, *id, "the node itself"};
}
}  // namespace engine::cli

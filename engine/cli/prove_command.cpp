#include "engine/base/hex.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/node_client.hpp"
#include "engine/cli/proofs.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/values.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/format.h>

namespace engine::cli
{
int run_prove(const Options& options, std::ostream& out, std::ostream& err)
{
    if (options.has("check"))
        return run_prove_check(options, out, err);
    if (options.has("event"))
        return run_prove_event(options, out, err);
    if (options.arguments.size() != 2)
        return fail(options, err,
            {errors::kBadArguments, {},
                std::to_string(options.arguments.size()) + " given, 2 wanted: TABLE KEY",
                "an event is proved by --event H.I"});
    const auto& name = options.arguments[0];
    const auto found = table_argument(name);
    if (!found)
        return fail(options, err, found.error());
    const auto* table = *found;
    const auto key = key_argument(*table, options.arguments[1]);
    if (!key)
        return fail(options, err, key.error());
    const auto endpoint = NodeClient::endpoint_of(options);
    if (!endpoint)
        return fail(options, err, endpoint.error());
    NodeClient node{*endpoint};
    const auto& key_text = options.arguments[1];
    const auto path =
        "/v1/proof/" + name + (key_text.empty() ? std::string{} : "/" + path_segment(key_text));
    const auto answer = node.get(path);
    if (!answer)
        return fail(options, err, answer.error());
    const auto trust = trust_of(options, *answer, node.address() + path);
    if (!trust)
        return fail(options, err, trust.error());
    const auto proven = check_row(*table, *key, *trust, *answer, node.address() + path);
    if (!proven)
        return fail(options, err, proven.error());

    const auto result = to_json(*proven, *trust);
    if (const auto problem = keep_proof(options, result))
        return fail(options, err, *problem);
    if (options.json)
        write_line(out, result);
    else
        show(options, *proven, *trust, out);
    return kExitYes;
}

int run_checkpoint(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto endpoint = NodeClient::endpoint_of(options);
    if (!endpoint)
        return fail(options, err, endpoint.error());
    NodeClient node{*endpoint};
    const auto answer = node.checkpoint();
    if (!answer)
        return fail(options, err, answer.error());
    if (options.json)
        write_line(out, *answer);
    else
        out << fmt::format("checkpoint at height {}   root {}   {}\n",
            grouped(number_at(*answer, "height").value_or(0)),
            short_id(text_at(*answer, "root").value_or("?"), options.terminal.out_is_terminal),
            text_at(*answer, "directory").value_or(""));
    return kExitYes;
}
}  // namespace engine::cli

#include "engine/sbtc/outputs.hpp"

#include "engine/bitcoin/script_type.hpp"

namespace engine::sbtc
{
namespace
{
/// The kinds that had an address when the operations were published.
bool has_address(ByteView script)
{
    switch (btc::classify(script).type)
    {
        case btc::ScriptType::public_key_hash:
        case btc::ScriptType::script_hash:
        case btc::ScriptType::witness_key_hash:
        case btc::ScriptType::witness_script_hash:
        case btc::ScriptType::taproot:
            return true;
        case btc::ScriptType::public_key:
        case btc::ScriptType::multisig:
        case btc::ScriptType::anchor:
        case btc::ScriptType::witness_unknown:
        case btc::ScriptType::null_data:
        case btc::ScriptType::non_standard:
            return false;
    }
    return false;
}
}  // namespace

Result<btc::Output, Fault> output_at(const btc::Transaction& transaction, std::size_t index)
{
    if (transaction.outputs.size() <= index)
        return Failure{Fault{FaultKind::no_output, index, transaction.outputs.size()}};
    return transaction.outputs[index];
}

Result<btc::Output, Fault> payee_at(const btc::Transaction& transaction, std::size_t index)
{
    auto output = output_at(transaction, index);
    if (output && !has_address(output->script_pubkey))
        return Failure{Fault{FaultKind::no_address, 0, index}};
    return output;
}
}  // namespace engine::sbtc

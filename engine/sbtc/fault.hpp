#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace engine::sbtc
{
/// Why data that is marked as an operation of sBTC is none that can be honoured.
enum class FaultKind : std::uint8_t
{
    wrong_network,               ///< Marked for another network.
    cut_off,                     ///< The data ends before its last field. Expected, found: bytes.
    unknown_form,                ///< Of no published form. Found: the byte that should tell.
    bad_contract_name,           ///< Cut off, or no Clarity name. Expected: characters at most.
    bad_address_text,            ///< Text that is no Stacks address.
    unknown_version,             ///< An address version that is none of Stacks. Found: it.
    recipient_of_other_network,  ///< Expected: a version of this network. Found: the other's.
    no_output,                   ///< Expected: the index of the output. Found: how many there are.
    no_address,                  ///< Found: the index of an output that pays no address.
    no_amount,                   ///< An amount of 0. Expected: at least so many satoshis.
    amount_out_of_range,         ///< More than all coins. Expected: satoshis at most.
    no_fee,                      ///< The output that pays for the fulfilment is worth nothing.
    bad_recovery_id,             ///< Expected: at most. Found: the signature's first byte.
    no_signer,                   ///< No key makes this signature over the message.
    no_input,                    ///< The transaction spends nothing.
    not_the_fee_output,          ///< Expected: the output of the request to spend. Found: another.
    no_script_shown,             ///< The first input shows no script, or not the one committed to.
    not_a_drop_script,           ///< The script shown does not begin with data and OP_DROP.
    data_too_long,               ///< Expected: bytes at most.
    unknown_opcode,              ///< A reveal of something else. Found: its opcode.
};

/// A name that doesn't change: "sbtc-cut-off".
std::string_view name(FaultKind kind);

/// A fault, with what was expected and what was found where its kind says that there is such.
struct Fault
{
    FaultKind kind = FaultKind::cut_off;
    std::uint64_t expected = 0;
    std::uint64_t found = 0;

    friend constexpr bool operator==(const Fault&, const Fault&) = default;
};

/// "the data ends before its last field: 73 bytes are expected, 72 found"
std::string to_string(const Fault& fault);
}  // namespace engine::sbtc

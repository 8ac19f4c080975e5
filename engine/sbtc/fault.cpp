#include "engine/sbtc/fault.hpp"

namespace engine::sbtc
{
std::string_view name(FaultKind kind)
{
    switch (kind)
    {
        case FaultKind::wrong_network:
            return "sbtc-wrong-network";
        case FaultKind::cut_off:
            return "sbtc-cut-off";
        case FaultKind::unknown_form:
            return "sbtc-unknown-form";
        case FaultKind::bad_contract_name:
            return "sbtc-bad-contract-name";
        case FaultKind::bad_address_text:
            return "sbtc-bad-address-text";
        case FaultKind::unknown_version:
            return "sbtc-unknown-version";
        case FaultKind::recipient_of_other_network:
            return "sbtc-recipient-of-other-network";
        case FaultKind::no_output:
            return "sbtc-no-output";
        case FaultKind::no_address:
            return "sbtc-no-address";
        case FaultKind::no_amount:
            return "sbtc-no-amount";
        case FaultKind::amount_out_of_range:
            return "sbtc-amount-out-of-range";
        case FaultKind::no_fee:
            return "sbtc-no-fee";
        case FaultKind::bad_recovery_id:
            return "sbtc-bad-recovery-id";
        case FaultKind::no_signer:
            return "sbtc-no-signer";
        case FaultKind::no_input:
            return "sbtc-no-input";
        case FaultKind::not_the_fee_output:
            return "sbtc-not-the-fee-output";
        case FaultKind::no_script_shown:
            return "sbtc-no-script-shown";
        case FaultKind::not_a_drop_script:
            return "sbtc-not-a-drop-script";
        case FaultKind::data_too_long:
            return "sbtc-data-too-long";
        case FaultKind::unknown_opcode:
            return "sbtc-unknown-opcode";
    }
    return "";
}

std::string to_string(const Fault& fault)
{
    const auto expected = std::to_string(fault.expected);
    const auto found = std::to_string(fault.found);
    switch (fault.kind)
    {
        case FaultKind::wrong_network:
            return "the data is marked for another network";
        case FaultKind::cut_off:
            return "the data ends before its last field: " + expected + " bytes are expected, " +
                   found + " found";
        case FaultKind::unknown_form:
            return "the data begins with " + found + ", as no published form does";
        case FaultKind::bad_contract_name:
            return "the contract's name is cut off, longer than " + expected +
                   " characters, or no Clarity name";
        case FaultKind::bad_address_text:
            return "the text is no Stacks address";
        case FaultKind::unknown_version:
            return "no Stacks address has version " + found + "; one of this network has " +
                   expected;
        case FaultKind::recipient_of_other_network:
            return "an address of version " + found +
                   " belongs to another network; one of this network has " + expected;
        case FaultKind::no_output:
            return "output " + expected + " is expected, and there are " + found + " outputs";
        case FaultKind::no_address:
            return "output " + found + " is expected to pay an address, and pays another script";
        case FaultKind::no_amount:
            return "at least " + expected + " satoshi is expected, not " + found;
        case FaultKind::amount_out_of_range:
            return "at most " + expected + " satoshis are expected, not " + found;
        case FaultKind::no_fee:
            return "output 2 is expected to pay for the fulfilment, and is worth nothing";
        case FaultKind::bad_recovery_id:
            return "a recovery id from 0 to " + expected + " is expected, not " + found;
        case FaultKind::no_signer:
            return "no key makes this signature over the message";
        case FaultKind::no_input:
            return "a first input is expected, and there is none";
        case FaultKind::not_the_fee_output:
            return "input 0 is expected to spend output " + expected + " of the request, not " +
                   found;
        case FaultKind::no_script_shown:
            return "input 0 is expected to show the script that the output commits to";
        case FaultKind::not_a_drop_script:
            return "the script is expected to begin with a push and OP_DROP";
        case FaultKind::data_too_long:
            return "at most " + expected + " bytes of data are expected, not " + found;
        case FaultKind::unknown_opcode:
            return "a peg-in or a request to peg out is expected, not opcode " + found;
    }
    return "";
}
}  // namespace engine::sbtc

#include "engine/bitcoin/decode_error.hpp"

#include "engine/base/check.hpp"

namespace engine::btc
{
std::string_view describe(DecodeError error)
{
    switch (error)
    {
        case DecodeError::truncated:
            return "the bytes end too early";
        case DecodeError::trailing_bytes:
            return "there are bytes left over";
        case DecodeError::size_not_minimal:
            return "a size is not in its shortest form";
        case DecodeError::no_inputs:
            return "the transaction has no inputs";
        case DecodeError::unknown_flag:
            return "the flag after the witness marker is unknown";
        case DecodeError::superfluous_witness:
            return "the transaction announces a witness and has none";
        case DecodeError::amount_out_of_range:
            return "an output is worth less than nothing or more than all coins";
    }
    ENSURE(!"a declared error");
    return {};
}
}  // namespace engine::btc

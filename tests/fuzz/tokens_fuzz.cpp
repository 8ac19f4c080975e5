#include "engine/runtime/doors/token_list.hpp"
#include "tests/fuzz/survives.hpp"

#include <string>

/// The list of tokens, and a token as a caller shows it. A list that is read has one text, but for
/// comments.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine;
    const std::string text{reinterpret_cast<const char*>(data), size};
    if (const auto token = doors::parse_token(text))
    {
        ENSURE(token->id.size() == 8);
        ENSURE(token->secret.size() == 64);
    }
    const auto list = doors::parse_token_list(text);
    if (!list)
        return 0;
    const auto written = doors::to_text(*list);
    const auto again = doors::parse_token_list(written);
    ENSURE(again.has_value());
    ENSURE(doors::to_text(*again) == written);
    return 0;
}

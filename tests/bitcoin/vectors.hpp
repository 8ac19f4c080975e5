#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/hex.hpp"

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

/// Published vectors, read from the folder that REFOLD_VECTORS names.
namespace engine::btc
{
/// The content of a file of the vectors. Nothing when it is not there.
std::optional<Bytes> read_vector(const std::string& path);
std::optional<boost::json::value> read_json_vector(const std::string& path);

/// Text of a JSON string.
inline std::string text(const boost::json::value& value)
{
    return std::string{value.as_string()};
}

/// Bytes of a JSON string of hexadecimal digits. Ends the test when it is none.
inline Bytes hex(const boost::json::value& value)
{
    return from_hex(text(value)).value();
}
inline Bytes hex(std::string_view digits)
{
    return from_hex(digits).value();
}
}  // namespace engine::btc

#define SKIP_WITHOUT(vector, path)                                                          \
    if (!(vector))                                                                          \
    GTEST_SKIP() << "The vectors are not there: set REFOLD_VECTORS to the folder that has " \
                 << (path)

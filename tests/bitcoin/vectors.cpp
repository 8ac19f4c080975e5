#include "vectors.hpp"

#include <boost/json/src.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace engine::btc
{
std::optional<Bytes> read_vector(const std::string& path)
{
    const char* folder = std::getenv("REFOLD_VECTORS");
    std::ifstream file{
        std::string{folder != nullptr ? folder : REFOLD_VECTORS_DEFAULT} + "/" + path,
        std::ios::binary};
    if (!file)
        return std::nullopt;
    return Bytes{std::istreambuf_iterator<char>{file}, {}};
}

std::optional<boost::json::value> read_json_vector(const std::string& path)
{
    const auto bytes = read_vector(path);
    if (!bytes)
        return std::nullopt;
    return boost::json::parse(std::string{bytes->begin(), bytes->end()});
}
}  // namespace engine::btc

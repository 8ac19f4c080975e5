#include "engine/runtime/api_json.hpp"

#include "engine/base/hex.hpp"
#include "engine/codec/json.hpp"

#include <charconv>

namespace engine
{
namespace
{
template <typename T>
std::optional<T> number_from(std::string_view text)
{
    T number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}
}  // namespace

std::string to_text(EventPlace place)
{
    return std::to_string(place.height.value) + "." + std::to_string(place.index);
}

std::optional<EventPlace> place_from_text(std::string_view text)
{
    const auto dot = text.find('.');
    if (dot == std::string_view::npos)
        return std::nullopt;
    const auto height = number_from<std::uint64_t>(text.substr(0, dot));
    const auto index = number_from<std::uint32_t>(text.substr(dot + 1));
    if (!height || !index)
        return std::nullopt;
    return EventPlace{LogHeight{*height}, *index};
}

boost::json::object header_to_json(const log::BlockHeader& header, const LogBlockHash& hash)
{
    boost::json::object out;
    out["height"] = header.height.value;
    out["hash"] = to_hex(hash.bytes);
    out["previous"] = to_hex(header.previous.bytes);
    out["time_ms"] = header.time.value;
    out["rules"] = header.rules_version.value;
    out["rooted"] = header.rooted;
    out["events_root"] = to_hex(header.events_root.bytes);
    out["results_root"] = to_hex(header.results_root.bytes);
    out["known_root"] = nullptr;
    if (header.known_root)
    {
        boost::json::object root;
        root["height"] = header.known_root->height.value;
        root["root"] = to_hex(header.known_root->root.bytes);
        out["known_root"] = std::move(root);
    }
    out["event_count"] = header.event_count;
    return out;
}

boost::json::object event_to_json(
    EventPlace place, const EventHash& hash, log::EventResult result, const Event& event)
{
    boost::json::object out;
    out["place"] = to_text(place);
    out["hash"] = to_hex(hash.bytes);
    out["kind"] = kind_name(event.body);
    out["verdict"] = result.verdict;
    out["effects"] = result.effects;
    out["event"] = to_json(event);
    return out;
}

HttpResponse json_response(const boost::json::value& value)
{
    HttpResponse response;
    response.body = boost::json::serialize(value) + "\n";
    return response;
}
}  // namespace engine

#include "engine/codec/json.hpp"

#include "engine/codec/json_form.hpp"
#include "engine/codec/json_read.hpp"
#include "engine/codec/json_write.hpp"

#include <boost/json.hpp>

namespace engine
{
namespace
{
using json::json_error;
using json::object;
using json::value;

/// A value with a name: how a variant is written.
struct Named
{
    std::string_view name;
    const value& content;
};

value named(std::string_view name, value content)
{
    object out;
    out[name] = std::move(content);
    return out;
}

Named the_one_member(const value& v)
{
    const auto& members = json::object_of(v);
    if (members.size() != 1)
        json::expected("an object with one member, whose name says the kind", v);
    const auto& member = *members.begin();
    return {{member.key().data(), member.key().size()}, member.value()};
}

// Genesis: its own members, and those of each module under the module's name.

template <typename M>
using GenesisOf = typename M::Genesis;

value write_genesis(const Genesis& genesis)
{
    object out;
    out["random"] = json::write(genesis.random);
    out["time"] = json::write(genesis.time);
    Modules::for_each([&]<typename M>() {
        if constexpr (detail::HasGenesis<M>)
            out[M::kName] = json::write(std::get<GenesisOf<M>>(genesis.modules));
    });
    return out;
}

object form_of_genesis()
{
    object members{{"random", json::form(std::type_identity<decltype(Genesis::random)>{})},
        {"time", json::form(std::type_identity<decltype(Genesis::time)>{})}};
    Modules::for_each([&]<typename M>() {
        if constexpr (detail::HasGenesis<M>)
            members[M::kName] = json::form(std::type_identity<GenesisOf<M>>{});
    });
    return json::closed(std::move(members));
}

Genesis read_genesis(const value& v)
{
    const auto& members = json::object_of(v);
    std::vector<std::string> known{"random", "time"};
    Modules::for_each([&]<typename M>() {
        if constexpr (detail::HasGenesis<M>)
            known.emplace_back(M::kName);
    });
    json::only(members, known);

    const auto read_member = [&]<typename T>(std::string_view name, T& member) {
        const auto& given = json::at(members, name);
        member = json::within(name, [&] { return json::read<T>(given); });
    };
    Genesis out;
    read_member("random", out.random);
    read_member("time", out.time);
    Modules::for_each([&]<typename M>() {
        if constexpr (detail::HasGenesis<M>)
            read_member(M::kName, std::get<GenesisOf<M>>(out.modules));
    });
    return out;
}

// Bodies.

/// Calls visit(name, identity of the kind, identity of the alternative of Body that holds it).
template <typename Visit>
void for_each_kind(Visit&& visit)
{
    visit(std::string{kind_name(std::type_identity<Genesis>{})}, std::type_identity<Genesis>{},
        std::type_identity<Genesis>{});
    visit(std::string{kind_name(std::type_identity<BlockOpened>{})},
        std::type_identity<BlockOpened>{}, std::type_identity<BlockOpened>{});
    Modules::for_each([&]<typename M>() {
        using ModuleEvent = typename M::Event;
        const auto one = [&]<typename Kind>(std::type_identity<Kind> kind) {
            const auto name = std::string{M::kName} + "." + std::string{kind_name(kind)};
            visit(name, kind, std::type_identity<ModuleEvent>{});
        };
        [&]<typename... Kind>(std::type_identity<std::variant<Kind...>>) {
            (one(std::type_identity<Kind>{}), ...);
        }(std::type_identity<ModuleEvent>{});
    });
}

template <typename Kind, typename Alternative>
const Kind* get_kind(const Body& body)
{
    const auto* alternative = std::get_if<Alternative>(&body);
    if constexpr (std::is_same_v<Kind, Alternative>)
        return alternative;
    else
        return alternative != nullptr ? std::get_if<Kind>(alternative) : nullptr;
}

template <typename Kind>
value write_kind(const Kind& kind)
{
    if constexpr (std::is_same_v<Kind, Genesis>)
        return write_genesis(kind);
    else
        return json::write(kind);
}

template <typename Kind>
object form_of_kind()
{
    if constexpr (std::is_same_v<Kind, Genesis>)
        return form_of_genesis();
    else
        return json::form(std::type_identity<Kind>{});
}

template <typename Kind>
Kind read_kind(const value& v)
{
    if constexpr (std::is_same_v<Kind, Genesis>)
        return read_genesis(v);
    else
        return json::read<Kind>(v);
}

Body read_body(const value& v)
{
    const auto [name, content] = the_one_member(v);
    Body out;
    bool found = false;
    for_each_kind(
        [&, given = name, &inner = content]<typename Kind, typename Alternative>(
            const std::string& known, std::type_identity<Kind>, std::type_identity<Alternative>) {
            if (known != given)
                return;
            found = true;
            out.emplace<Alternative>(json::within(known, [&] { return read_kind<Kind>(inner); }));
        });
    if (!found)
        throw json_error{"no kind " + std::string{name} + json::suggestion(name, kind_names())};
    return out;
}

// Authors.

template <typename... Kind>
std::vector<std::string> names_of(std::type_identity<std::variant<Kind...>>)
{
    return {std::string{kind_name(std::type_identity<Kind>{})}...};
}

template <typename... Kind>
json::array forms_of(std::type_identity<std::variant<Kind...>>)
{
    return {json::only_member(
        kind_name(std::type_identity<Kind>{}), json::form(std::type_identity<Kind>{}))...};
}

template <typename... Kind>
std::optional<Author> read_author_kind(
    const Named& given, std::type_identity<std::variant<Kind...>>)
{
    std::optional<Author> out;
    const auto one = [&]<typename K>(std::type_identity<K> kind) {
        if (kind_name(kind) == given.name)
            out = json::within(given.name, [&] { return json::read<K>(given.content); });
    };
    (one(std::type_identity<Kind>{}), ...);
    return out;
}

Author read_author(const value& v)
{
    constexpr std::type_identity<Author> kAuthors;
    const auto given = the_one_member(v);
    auto out = read_author_kind(given, kAuthors);
    if (!out)
        throw json_error{"no author " + std::string{given.name} +
                         json::suggestion(given.name, names_of(kAuthors))};
    return *std::move(out);
}

Event read_event(const value& v)
{
    const auto& members = json::object_of(v);
    const std::vector<std::string> known{"author", "body"};
    json::only(members, known);
    return {json::within("author", [&] { return read_author(json::at(members, "author")); }),
        json::within("body", [&] { return read_body(json::at(members, "body")); })};
}

template <typename T>
Result<T, Invalid> caught(T (*read)(const value&), const value& v)
try
{
    return read(v);
}
catch (const json_error& e)
{
    const std::string_view what = e.what();
    return Failure{Invalid{std::string{what.starts_with('.') ? what.substr(1) : what}}};
}
}  // namespace

std::string kind_name(const Body& body)
{
    std::string out;
    for_each_kind([&]<typename Kind, typename Alternative>(const std::string& known,
                      std::type_identity<Kind>, std::type_identity<Alternative>) {
        if (get_kind<Kind, Alternative>(body) != nullptr)
            out = known;
    });
    return out;
}

std::vector<std::string> kind_names()
{
    std::vector<std::string> out;
    for_each_kind([&](const std::string& name, auto, auto) { out.push_back(name); });
    return out;
}

value to_json(const Author& author)
{
    return std::visit(
        []<typename A>(
            const A& a) { return named(kind_name(std::type_identity<A>{}), json::write(a)); },
        author);
}

value to_json(const Body& body)
{
    value out;
    for_each_kind([&]<typename Kind, typename Alternative>(const std::string& name,
                      std::type_identity<Kind>, std::type_identity<Alternative>) {
        if (const auto* kind = get_kind<Kind, Alternative>(body))
            out = named(name, write_kind(*kind));
    });
    return out;
}

value to_json(const Event& event)
{
    object out;
    out["author"] = to_json(event.author);
    out["body"] = to_json(event.body);
    return out;
}

object event_form()
{
    json::array bodies;
    for_each_kind([&]<typename Kind>(const std::string& name, std::type_identity<Kind>, auto) {
        bodies.push_back(json::only_member(name, form_of_kind<Kind>()));
    });
    return json::closed(object{{"author", {{"oneOf", forms_of(std::type_identity<Author>{})}}},
        {"body", {{"oneOf", std::move(bodies)}}}});
}

Result<Event, Invalid> event_from_json(const value& json)
{
    return caught(read_event, json);
}

Result<Body, Invalid> body_from_json(const value& json)
{
    return caught(read_body, json);
}

Result<value, Invalid> parse_json(std::string_view text)
{
    boost::json::stream_parser parser;
    boost::json::error_code error;
    const auto read = parser.write_some(text.data(), text.size(), error);
    const auto at = "byte " + std::to_string(read) + ": ";
    if (error)
        return Failure{Invalid{"JSON: " + at + error.message()}};
    if (read < text.size())
        return Failure{Invalid{"JSON: " + at + "more behind the value"}};
    parser.finish(error);
    if (error)
        return Failure{Invalid{"JSON: " + at + error.message()}};
    return parser.release();
}
}  // namespace engine

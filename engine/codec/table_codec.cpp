#include "engine/codec/table_codec.hpp"

#include "engine/codec/json.hpp"
#include "engine/codec/json_read.hpp"
#include "engine/codec/json_write.hpp"
#include "engine/core/row_codec.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace engine
{
namespace
{
using boost::json::value;
using json::json_error;

/// Whether a key's member is a component of its own, or a struct of components.
template <typename T>
constexpr bool kIsComponent = !names::Shown<T> || names::HasText<T>;

/// Calls visit(name, component) for each component of a key, in order. A key that is no struct has
/// one, without a name.
template <typename T, typename Visit>
void for_each_component(std::string_view name, T& key, Visit&& visit)
{
    using Plain = std::remove_cvref_t<T>;
    if constexpr (kIsComponent<Plain>)
        visit(name, key);
    else
        std::apply(
            [&](const auto&... f) { (for_each_component(f.name, key.*(f.member), visit), ...); },
            names::members_of<Plain>());
}

template <typename Key>
std::vector<std::string> component_names()
{
    std::vector<std::string> out;
    Key key{};
    for_each_component("key", key, [&]<typename C>(std::string_view name, const C&) {
        out.push_back(names::with_unit<C>(name));
    });
    return out;
}

std::string without_quotes(const value& v)
{
    const auto* text = v.if_string();
    return text != nullptr ? std::string{text->data(), text->size()} : boost::json::serialize(v);
}

/// A component's text is a number or a word of JSON where the component is shown as one.
template <typename C>
C read_component(std::string_view text)
{
    const auto like = json::write(C{});
    if (like.is_number() || like.is_bool())
    {
        if (const auto parsed = parse_json(text))
            return json::read<C>(*parsed);
    }
    return json::read<C>(json::text(text));
}

std::vector<std::string_view> split(std::string_view text)
{
    std::vector<std::string_view> out;
    for (;;)
    {
        const auto slash = text.find('/');
        out.push_back(text.substr(0, slash));
        if (slash == std::string_view::npos)
            return out;
        text.remove_prefix(slash + 1);
    }
}

std::string joined(const std::vector<std::string>& parts)
{
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i)
        out += (i == 0 ? "" : "/") + parts[i];
    return out;
}

template <typename Key>
Key key_of_components(std::string_view text)
{
    const auto names = component_names<Key>();
    auto parts = split(text);
    if (names.empty() && text.empty())
        parts.clear();
    if (parts.size() != names.size())
        throw json_error{"expected " + (names.empty() ? "nothing" : joined(names)) + ", got " +
                         std::string{text}};
    Key key{};
    std::size_t i = 0;
    for_each_component("key", key, [&]<typename C>(std::string_view, C& component) {
        component = json::within(names[i], [&] { return read_component<C>(parts[i]); });
        ++i;
    });
    return key;
}

template <typename Key>
Key key_of_bytes(std::string_view digits)
{
    const auto bytes = from_hex(digits);
    const auto key = bytes ? decode_key<Key>(*bytes) : std::nullopt;
    if (!key)
        throw json_error{"0x" + std::string{digits} + " is no encoded key of this table"};
    return *key;
}

template <typename Key>
Key key_of_json(std::string_view text)
{
    const auto parsed = parse_json(text);
    if (!parsed)
        throw json_error{parsed.error().what};
    return json::read<Key>(*parsed);
}

template <typename Key>
Key key_of_text(std::string_view text)
{
    if (text.starts_with("0x"))
        return key_of_bytes<Key>(text.substr(2));
    if (text.starts_with('{') || text.starts_with('"'))
        return key_of_json<Key>(text);
    return key_of_components<Key>(text);
}

Invalid invalid(std::string_view table, const json_error& e)
{
    const std::string_view what = e.what();
    return {std::string{table} + (what.starts_with('.') ? "" : ": ") + std::string{what}};
}

Failure<Invalid> undecodable(std::string_view table, std::string_view what, ByteView bytes)
{
    return Failure{Invalid{
        std::string{table} + ": no " + std::string{what} + " of this table: " + to_hex(bytes)}};
}

/// The functions of one table: the `I`th of module `M`.
template <typename M, std::size_t I>
struct Functions
{
    static constexpr auto kTable = std::get<I>(M::tables());

    using Key = typename decltype(kTable)::Key;
    using Row = typename decltype(kTable)::Row;

    static Result<value, Invalid> key_to_json(ByteView bytes)
    {
        const auto key = decode_key<Key>(bytes);
        if (!key)
            return undecodable(kTable.name, "key", bytes);
        return json::write(*key);
    }

    static Result<value, Invalid> row_to_json(ByteView bytes)
    {
        const auto row = decode_row<Row>(bytes);
        if (!row)
            return undecodable(kTable.name, "row", bytes);
        return json::write(*row);
    }

    static Result<std::string, Invalid> key_to_text(ByteView bytes)
    {
        const auto key = decode_key<Key>(bytes);
        if (!key)
            return undecodable(kTable.name, "key", bytes);
        std::vector<std::string> parts;
        for_each_component("key", *key, [&](std::string_view, const auto& component) {
            parts.push_back(without_quotes(json::write(component)));
        });
        return joined(parts);
    }

    static Result<Bytes, Invalid> parse_key(std::string_view text)
    try
    {
        return encode_key(key_of_text<Key>(text));
    }
    catch (const json_error& e)
    {
        return Failure{invalid(kTable.name, e)};
    }

    static TableCodec codec()
    {
        return {engine::info(kTable), component_names<Key>(), names::shown_names<Row>(),
            key_to_json, row_to_json, key_to_text, parse_key};
    }
};

std::vector<TableCodec> make_codecs()
{
    std::vector<TableCodec> out;
    Modules::for_each([&]<typename M>() {
        constexpr auto kCount = std::tuple_size_v<decltype(M::tables())>;
        [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            (out.push_back(Functions<M, I>::codec()), ...);
        }
        (std::make_index_sequence<kCount>{});
    });
    std::sort(
        out.begin(), out.end(), [](const auto& a, const auto& b) { return a.info.id < b.info.id; });
    return out;
}

template <typename Matches>
const TableCodec* find_codec(Matches&& matches)
{
    const auto all = table_codecs();
    const auto found = std::find_if(all.begin(), all.end(), matches);
    return found == all.end() ? nullptr : &*found;
}
}  // namespace

std::span<const TableCodec> table_codecs()
{
    static const auto kCodecs = make_codecs();
    return kCodecs;
}

const TableCodec* table_by_name(std::string_view name)
{
    return find_codec([&](const TableCodec& t) { return t.info.name == name; });
}

const TableCodec* table_by_id(TableId id)
{
    return find_codec([&](const TableCodec& t) { return t.info.id == id; });
}

Invalid unknown_table(std::string_view name)
{
    std::vector<std::string> known;
    for (const auto& table : table_codecs())
        known.emplace_back(table.info.name);
    return {"no table " + std::string{name} + json::suggestion(name, known)};
}
}  // namespace engine

#include "engine/runtime/doors/token_list.hpp"

#include "engine/base/hex.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace engine::doors
{
namespace
{
constexpr std::string_view kHead =
    "# Who may ask this node: name, role, id, times, salt, and a hash of each token; no token can "
    "be\n"
    "# had from it. engine token add, list and revoke write and read it.\n";
constexpr std::string_view kForm = "token 1";
constexpr std::string_view kNever = "never";

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> out;
    for (;;)
    {
        const auto end = text.find(separator);
        out.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return out;
        text.remove_prefix(end + 1);
    }
}

std::optional<LogTime> time_from(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    // One form for each time: neither -1 nor 007.
    if (!whole || value < 0 || std::to_string(value) != text)
        return std::nullopt;
    return LogTime{value};
}

template <typename Bytes>
bool hex_into(std::string_view text, Bytes& out)
{
    const auto bytes = from_hex(text);
    if (!bytes || bytes->size() != out.size() || to_hex(*bytes) != text)
        return false;
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return true;
}

using Line = Result<TokenRecord, std::string>;

Line line_from(std::string_view text)
{
    const auto fields = split(text, ' ');
    if (fields.size() != 9 || std::string{fields[0]} + " " + std::string{fields[1]} != kForm)
        return Failure{
            std::string{"a line is \"token 1\" and seven fields, with one space between"}};
    TokenRecord out;
    if (!is_token_name(fields[2]))
        return Failure{std::string{"the name is none"}};
    out.name = fields[2];
    const auto role = role_from(fields[3]);
    if (!role)
        return Failure{std::string{"the role is none of read, submit and operate"}};
    out.role = *role;
    std::array<std::uint8_t, 4> id{};
    if (!hex_into(fields[4], id))
        return Failure{std::string{"the id is not 8 hexadecimal digits"}};
    out.id = fields[4];
    const auto created = time_from(fields[5]);
    if (!created)
        return Failure{std::string{"the time of its making is none"}};
    out.created = *created;
    if (fields[6] != kNever)
    {
        out.expires = time_from(fields[6]);
        if (!out.expires)
            return Failure{std::string{"the time of its end is neither a time nor `never`"}};
    }
    if (!hex_into(fields[7], out.salt) || !hex_into(fields[8], out.hash.bytes))
        return Failure{std::string{"salt and hash are not 32 and 64 hexadecimal digits"}};
    return out;
}
}  // namespace

std::string to_text(const TokenList& tokens)
{
    std::string out{kHead};
    for (const auto& token : tokens)
    {
        out += kForm;
        for (const auto& field : {token.name, std::string{name(token.role)}, token.id,
                 std::to_string(token.created.value),
                 token.expires ? std::to_string(token.expires->value) : std::string{kNever},
                 to_hex(token.salt), to_hex(token.hash.bytes)})
            (out += ' ') += field;
        out += '\n';
    }
    return out;
}

Result<TokenList, BadTokenList> parse_token_list(std::string_view text)
{
    if (!text.empty() && !text.ends_with('\n'))
        return Failure{BadTokenList{0, "the last line has no end: the file was cut short"}};
    TokenList out;
    std::size_t number = 0;
    while (!text.empty())
    {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text.remove_prefix(end + 1);
        ++number;
        if (line.starts_with('#'))
            continue;
        auto token = line_from(line);
        if (!token)
            return Failure{BadTokenList{number, token.error()}};
        if (find_by_id(out, token->id) || find_by_name(out, token->name))
            return Failure{BadTokenList{number, "its name or id stands further up already"}};
        if (out.size() == kTokensMost)
            return Failure{BadTokenList{number, "there are more than 256 tokens"}};
        out.push_back(*std::move(token));
    }
    return out;
}

const TokenRecord* find_by_id(const TokenList& tokens, std::string_view id)
{
    const auto found = std::find_if(
        tokens.begin(), tokens.end(), [&](const auto& token) { return token.id == id; });
    return found == tokens.end() ? nullptr : &*found;
}

const TokenRecord* find_by_name(const TokenList& tokens, std::string_view name)
{
    const auto found = std::find_if(
        tokens.begin(), tokens.end(), [&](const auto& token) { return token.name == name; });
    return found == tokens.end() ? nullptr : &*found;
}
}  // namespace engine::doors

#include "adapters/system/clock.hpp"
#include "adapters/system/random.hpp"
#include "engine/base/hex.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/json.hpp"
#include "engine/cli/secret_file.hpp"
#include "engine/cli/term/numbers.hpp"
#include "engine/cli/term/table.hpp"
#include "engine/cli/token_store.hpp"
#include "engine/runtime/config/error_kinds.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>

namespace engine::cli
{
namespace
{
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::uint64_t kDaysMost = 3650;

OperatorError bad_flag(std::string flag, std::string why)
{
    return {errors::kBadFlag, std::move(flag), std::move(why), {}};
}

OperatorError no_such_token(const std::string& path, const std::string& name)
{
    return {
        errors::kNotFound, path, "there is no token named " + name, "engine token list shows them"};
}

std::string time_text(std::optional<LogTime> time)
{
    if (!time)
        return "never";
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time_t{time->value / 1000}));
}

json::object to_json(const doors::TokenRecord& token)
{
    json::object out;
    out["name"] = json::string{token.name};
    out["role"] = json::string{std::string{doors::name(token.role)}};
    out["id"] = json::string{token.id};
    out["created_ms"] = token.created.value;
    out["expires_ms"] = nullptr;
    if (token.expires)
        out["expires_ms"] = token.expires->value;
    return out;
}

struct Made
{
    doors::TokenRecord record;
    SecretText text;
};

Result<Made, OperatorError> make_token(const Options& options, LogTime now, Random& random)
{
    Made made{{}, SecretText{std::string{}}};
    auto& record = made.record;
    record.name = options.arguments.front();
    if (!doors::is_token_name(record.name))
        return Failure{OperatorError{errors::kBadArgument, record.name,
            "a name has 1 to 40 letters, digits, -, _ and .", {}}};
    const auto role = doors::role_from(options.flag("role").value_or("read"));
    if (!role)
        return Failure{bad_flag("--role", "the roles are read, submit and operate")};
    record.role = *role;
    record.created = now;
    if (const auto days = options.flag("expires-in"))
    {
        const auto number = parse_number(*days);
        if (!number || *number == 0 || *number > kDaysMost)
            return Failure{bad_flag("--expires-in", "a number of days, 1 to 3650")};
        record.expires = LogTime{now.value + static_cast<std::int64_t>(*number) * kDayMs};
    }
    std::array<std::uint8_t, 36> bytes{};
    random.fill(bytes);
    random.fill(record.salt);
    made.text = SecretText{doors::token_text(bytes)};
    wipe(bytes);
    const auto parts = doors::parse_token(made.text.reveal());
    ENSURE(parts.has_value());
    record.id = parts->id;
    record.hash = doors::hash_token(record.salt, parts->secret);
    return made;
}

void show_made(const Options& options, const Made& made, std::ostream& out)
{
    if (options.json)
    {
        auto line = to_json(made.record);
        line["token"] = json::string{made.text.reveal()};
        write_line(out, line);
        return;
    }
    out << "token     " << made.text.reveal() << "\n"
        << "          Shown this once: what is kept of it is a hash.\n"
        << "name      " << made.record.name << "\n"
        << "role      " << doors::name(made.record.role) << "\n"
        << "expires   " << time_text(made.record.expires) << "\n";
}
}  // namespace

int run_token_add(const Options& options, std::ostream& out, std::ostream& err)
{
    SystemRandom random;
    auto made = make_token(options, SystemClock{}.now(), random);
    if (!made)
        return fail(options, err, made.error());
    const auto path = tokens_path(options.config());
    const auto kept =
        change_tokens(path, [&](doors::TokenList& list) -> std::optional<OperatorError> {
            if (doors::find_by_name(list, made->record.name) ||
                doors::find_by_id(list, made->record.id))
                return OperatorError{errors::kTokenNamed, path,
                    made->record.name + " is there already",
                    "choose another name, or revoke that one first"};
            if (list.size() == doors::kTokensMost)
                return OperatorError{errors::kBadTokens, path, "256 tokens are there already",
                    "revoke those that nobody uses"};
            list.push_back(made->record);
            return std::nullopt;
        });
    if (!kept)
        return fail(options, err, kept.error());
    show_made(options, *made, out);
    return kExitYes;
}

int run_token_list(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto list = read_tokens(tokens_path(options.config()));
    if (!list)
        return fail(options, err, list.error());
    if (options.json)
    {
        json::array all;
        for (const auto& token : *list)
            all.push_back(to_json(token));
        write_line(out, {{"tokens", std::move(all)}});
        return kExitYes;
    }
    Table table;
    table.column("name").column("role").column("id").column("made").column("expires");
    for (const auto& token : *list)
        table.add({token.name, std::string{doors::name(token.role)}, token.id,
            time_text(token.created), time_text(token.expires)});
    if (list->empty())
        out << "no tokens\n";
    else
        table.write(out);
    return kExitYes;
}

int run_token_revoke(const Options& options, std::ostream& out, std::ostream& err)
{
    const auto path = tokens_path(options.config());
    const auto& name = options.arguments.front();
    const auto kept =
        change_tokens(path, [&](doors::TokenList& list) -> std::optional<OperatorError> {
            const auto gone =
                std::erase_if(list, [&](const auto& token) { return token.name == name; });
            return gone == 0 ? std::optional{no_such_token(path, name)} : std::nullopt;
        });
    if (!kept)
        return fail(options, err, kept.error());
    if (options.json)
        write_line(out, {{"revoked", json::string{name}}});
    else
        out << name << " is revoked. A running node refuses it within a second.\n";
    return kExitYes;
}
}  // namespace engine::cli

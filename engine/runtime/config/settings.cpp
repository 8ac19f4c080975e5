#include "engine/runtime/config/settings.hpp"

#include "engine/base/nearest.hpp"
#include "engine/runtime/config/error_kinds.hpp"
#include "engine/runtime/config/toml_file.hpp"

#include <algorithm>
#include <array>

namespace engine
{
namespace
{
using Errors = std::vector<OperatorError>;

// Variables of our name that other programs of the project read: they are no keys.
constexpr std::array<std::string_view, 2> kForeignVariables{"REFOLD_CONFIG", "REFOLD_BITCOIN_RPC"};

std::vector<std::string_view> section_names()
{
    std::vector<std::string_view> out;
    for (const auto& option : options())
    {
        if (out.empty() || out.back() != option.section)
            out.push_back(option.section);
    }
    return out;
}

std::vector<std::string_view> key_names(std::string_view section)
{
    std::vector<std::string_view> out;
    for (const auto& option : options())
    {
        if (option.section == section)
            out.push_back(option.key);
    }
    return out;
}

const Option* find_key(std::string_view section, std::string_view key)
{
    for (const auto& option : options())
    {
        if (option.section == section && option.key == key)
            return &option;
    }
    return nullptr;
}

std::string did_you_mean(std::string_view meant)
{
    return "did you mean `" + std::string{meant} + "`?   ";
}

const std::string kWhereAllKeys = "all keys: engine config default";

OperatorError bad_value(const Option& option, const BadValue& bad, const std::string& where)
{
    const auto because = "`" + dotted_name(option) + "`: " + bad.why;
    switch (bad.kind)
    {
        case BadValue::Kind::empty:
            return {errors::kEmptyValue, where, because, {}};
        case BadValue::Kind::type:
            return {errors::kBadType, where, because, "write a " + describe_range(option)};
        case BadValue::Kind::range:
            return {errors::kBadValue, where, because, "choose a value in the range"};
        case BadValue::Kind::secret:
            return {errors::kSecretInPlace, where, because,
                "leave both out, and use " +
                    std::string{"bitcoin.rpc_user with bitcoin.rpc_password_file, or the cookie"}};
        case BadValue::Kind::no_address:
            return {errors::kBadValue, where, because,
                "write 127.0.0.1:PORT, or another address of this machine"};
    }
    return {errors::kBadValue, where, because, {}};
}

OperatorError secret_in_place(const std::string& where, std::string_view name)
{
    return {errors::kSecretInPlace, where,
        "`" + std::string{name} +
            "` would be read by whoever sees the file, the process list or "
            "the environment",
        "put the secret into a file of its own (chmod 600) and name it in "
        "bitcoin.rpc_password_file"};
}

class Loader
{
    Settings m_settings;
    Errors m_errors;

public:
    Loader()
    {
        for (const auto& option : options())
        {
            Setting row{&option, std::nullopt, ValueOrigin::standard, "default"};
            if (option.standard)
                row.value = std::get<OptionValue>(parse_option(option, *option.standard));
            m_settings.rows.push_back(std::move(row));
        }
    }

    void read_file(const ConfigText& text)
    {
        const auto file = read_toml(text);
        if (!file)
        {
            m_errors.push_back(file.error());
            return;
        }
        for (const auto& section : file->sections)
            check_section(section);
        for (const auto& entry : file->entries)
            read_entry(entry);
    }

    void read_environment(const NamedValues& variables)
    {
        for (const auto& [name, value] : variables)
        {
            if (const auto* option = by_environment_name(name))
                give(*option, parse_option(*option, value), ValueOrigin::environment, name);
            else
                check_foreign(name);
        }
    }

    void read_flags(const NamedValues& flags)
    {
        for (const auto& [name, value] : flags)
        {
            const auto* option = find_option(name);
            ENSURE(option != nullptr);
            give(*option, parse_option(*option, value), ValueOrigin::flag, "--" + name);
        }
    }

    Result<Settings, Errors> finish()
    {
        if (m_errors.empty())
            check_together();
        if (!m_errors.empty())
            return Failure{std::move(m_errors)};
        for (const auto& row : m_settings.rows)
        {
            if (row.value)
                row.option->set(m_settings.config, *row.value);
        }
        return std::move(m_settings);
    }

private:
    Setting& row(const Option& option)
    {
        return m_settings.rows[static_cast<std::size_t>(&option - options().data())];
    }

    const Setting& row(std::string_view name) { return row(*find_option(name)); }

    static bool given(const Setting& setting) { return setting.value.has_value(); }

    void give(const Option& option, const std::variant<OptionValue, BadValue>& parsed,
        ValueOrigin origin, const std::string& place, const std::string& line = {})
    {
        if (const auto* bad = std::get_if<BadValue>(&parsed))
        {
            const auto shown = bad->kind == BadValue::Kind::secret ? std::string{} : line;
            m_errors.push_back(
                bad_value(option, *bad, shown.empty() ? place : place + "    " + shown));
            return;
        }
        row(option).value = std::get<OptionValue>(parsed);
        row(option).origin = origin;
        row(option).place = place;
    }

    void check_section(const TomlSection& section)
    {
        const auto names = section_names();
        if (std::find(names.begin(), names.end(), section.name) != names.end())
            return;
        const auto meant = nearest(section.name, names);
        m_errors.push_back({errors::kUnknownSection, section.place + "    " + section.line,
            "there is no section [" + section.name +
                "]; its keys would leave the defaults in force",
            (meant ? did_you_mean("[" + std::string{*meant} + "]") : "") + kWhereAllKeys});
    }

    void read_entry(const TomlEntry& entry)
    {
        const auto sections = section_names();
        if (entry.section.empty())
        {
            m_errors.push_back({errors::kUnknownKey, entry.place + "    " + entry.line,
                "every key belongs to a section, and `" + entry.key + "` stands before the first",
                "put it below its [section]; " + kWhereAllKeys});
            return;
        }
        if (std::find(sections.begin(), sections.end(), entry.section) == sections.end())
            return;  // Said once, for the section.
        const auto* option = find_key(entry.section, entry.key);
        if (!option)
            return unknown_key(entry);
        give(*option, value_of(*option, entry.value), ValueOrigin::file, entry.place, entry.line);
    }

    void unknown_key(const TomlEntry& entry)
    {
        const auto where = entry.place + "    " + entry.line;
        if (names_a_secret(entry.key))
        {
            m_errors.push_back(secret_in_place(where, entry.section + "." + entry.key));
            return;
        }
        const auto meant = nearest(entry.key, key_names(entry.section));
        m_errors.push_back({errors::kUnknownKey, where,
            "[" + entry.section + "] has no key `" + entry.key +
                "`; a misspelt key would leave the default in force",
            (meant ? did_you_mean(*meant) : "") + kWhereAllKeys});
    }

    static std::variant<OptionValue, BadValue> value_of(
        const Option& option, const TomlValue& value)
    {
        if (value.kind == TomlValue::Kind::integer)
            return check_option(option, value.integer);
        if (value.kind == TomlValue::Kind::other)
            return BadValue{BadValue::Kind::type,
                "a " + value.type + " stands where " + describe_range(option) + " is wanted"};
        const bool quoted_number = option.kind == OptionKind::number && !value.text.empty();
        if (quoted_number)
            return BadValue{BadValue::Kind::type, "a text stands where a " +
                                                      describe_range(option) +
                                                      " is wanted: leave the quotes out"};
        return parse_option(option, value.text);
    }

    static const Option* by_environment_name(std::string_view name)
    {
        for (const auto& option : options())
        {
            if (name == environment_name(option))
                return &option;
        }
        return nullptr;
    }

    // A variable that begins like one of our sections and is none of our keys is a mistake.
    void check_foreign(const std::string& name)
    {
        if (std::find(kForeignVariables.begin(), kForeignVariables.end(), name) !=
            kForeignVariables.end())
            return;
        std::vector<std::string> ours;
        bool section_is_ours = false;
        for (const auto& option : options())
        {
            ours.push_back(environment_name(option));
            const auto prefix = ours.back().substr(0, ours.back().size() - option.key.size());
            section_is_ours |= name.starts_with(prefix);
        }
        if (!section_is_ours)
            return;
        if (names_a_secret(name))
        {
            m_errors.push_back(secret_in_place("environment " + name, name));
            return;
        }
        const std::vector<std::string_view> names{ours.begin(), ours.end()};
        const auto meant = nearest(name, names);
        m_errors.push_back({errors::kUnknownKey, "environment " + name,
            "no key has this variable; a misspelt one would leave the default in force",
            (meant ? did_you_mean(*meant) : "") + kWhereAllKeys});
    }

    void exclude(std::string_view a, std::string_view b, const std::string& why)
    {
        if (given(row(a)) && given(row(b)))
            m_errors.push_back({errors::kContradiction, row(a).place + " and " + row(b).place,
                "`" + std::string{a} + "` and `" + std::string{b} + "`: " + why, {}});
    }

    void require(std::string_view a, std::string_view b, const std::string& why)
    {
        if (given(row(a)) && !given(row(b)))
            m_errors.push_back({errors::kMissingValue, row(a).place,
                "`" + std::string{a} + "` is set and `" + std::string{b} + "` is not: " + why,
                "set " + std::string{b} + ", or leave " + std::string{a} + " out"});
    }

    void check_together()
    {
        exclude("bitcoin.record", "bitcoin.playback",
            "a recording is either made or stands for the node");
        exclude("bitcoin.rpc_url", "bitcoin.playback",
            "the node is either asked or a recording stands for it");
        exclude(
            "bitcoin.cookie_file", "bitcoin.rpc_user", "the node knows the caller by one of them");
        require("bitcoin.rpc_user", "bitcoin.rpc_password_file", "a user needs a password");
        require("bitcoin.rpc_password_file", "bitcoin.rpc_user", "a password needs a user");
        require("bitcoin.zmq_url", "bitcoin.rpc_url", "ZMQ only wakes the follower up");
        require("bitcoin.record", "bitcoin.rpc_url", "there is no node to record");
        require("bitcoin.cookie_file", "bitcoin.rpc_url", "there is no node to show it to");
        require("bitcoin.rpc_user", "bitcoin.rpc_url", "there is no node to log in to");
        require("http.tls_certificate", "http.tls_key", "a certificate needs its key");
        require("http.tls_key", "http.tls_certificate", "a key needs its certificate");
        require("http.tls_client_ca", "http.tls_certificate",
            "clients show certificates where the server does");
        require("node.tls_certificate", "node.tls_key", "a certificate needs its key");
        require("node.tls_key", "node.tls_certificate", "a key needs its certificate");
        check_listen();
    }

    // Who listens where other machines can hear speaks TLS. That somebody can be let in, and nobody
    // without a name, is looked at when the tokens are read.
    void check_listen()
    {
        const auto& listen = row("http.listen");
        const auto address = to_text(*listen.value);
        if (!is_loopback(address) && !given(row("http.tls_certificate")))
            m_errors.push_back({errors::kNotLoopback, listen.place,
                "`http.listen` = \"" + address +
                    "\" can be reached from other machines, and there is no TLS",
                {}});
    }
};
}  // namespace

Result<Settings, std::vector<OperatorError>> load_settings(const ConfigSources& sources)
{
    Loader loader;
    if (sources.file)
        loader.read_file(*sources.file);
    loader.read_environment(sources.environment);
    loader.read_flags(sources.flags);
    return loader.finish();
}

std::string to_text(const OptionValue& value)
{
    if (const auto* number = std::get_if<std::uint64_t>(&value))
        return std::to_string(*number);
    return std::get<std::string>(value);
}

namespace
{
// A paragraph of comment lines, at most 96 columns.
std::string commented(std::string_view text)
{
    std::string out, line = "#";
    while (!text.empty())
    {
        const auto space = text.find(' ');
        const auto word = text.substr(0, space);
        if (line.size() + 1 + word.size() > 96)
        {
            (out += line) += '\n';
            line = "#";
        }
        (line += ' ') += word;
        text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    }
    return out + line + "\n";
}

std::string default_entry(const Option& option)
{
    const auto shown = std::string{option.standard.value_or(option.example)};
    auto out = commented(option.help) + commented("A " + describe_range(option) + ".");
    if (!option.standard)
        out += "# Not set by default. For example:\n";
    return out + "#" + std::string{option.key} + " = " +
           (is_numeric(option) ? shown : "\"" + shown + "\"") + "\n";
}
}  // namespace

std::string default_config_file()
{
    std::string out =
        "# Configuration of Refold, with every key and its default. A key that is commented out "
        "has\n"
        "# its default. Each key can also be given by the environment (REFOLD_SECTION_KEY) and by "
        "a\n"
        "# flag (--section.key): flag over environment over file over default. An unknown key, an\n"
        "# empty value and a value out of range are errors. No key takes a secret: keys and\n"
        "# passwords come from files with mode 0600.\n";
    std::string_view section;
    for (const auto& option : options())
    {
        if (option.section != section)
            out += "\n[" + std::string{option.section} + "]\n";
        else
            out += "\n";
        section = option.section;
        out += default_entry(option);
    }
    return out;
}
}  // namespace engine

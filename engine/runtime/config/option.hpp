#pragma once

#include "engine/runtime/config/config.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace engine
{
/// What a value has to look like.
enum class OptionKind : std::uint8_t
{
    number,       ///< A whole number in a range.
    byte_count,   ///< A number of bytes; as a text also with KiB, MiB or GiB.
    text,         ///< Any text.
    choice,       ///< One of a few words.
    path,         ///< A file or directory.
    secret_file,  ///< Where a secret is read from: a file of mode 0600, `fd:N` or `terminal`.
    url,          ///< scheme://host[:port][/path], without user and password.
    address,      ///< ADDRESS:PORT, the address written out.
};

using OptionValue = std::variant<std::uint64_t, std::string>;

/// One key of the configuration. Its row is the only place that knows it: file, environment, flag,
/// help, `config show` and the commented file of `config default` all follow it.
struct Option
{
    std::string_view section = {};
    std::string_view key = {};
    OptionKind kind = OptionKind::text;
    std::optional<std::string_view> standard = {};  ///< The default, as text. Absent: not set.
    std::string_view unit = {};                     ///< "milliseconds"; empty where there is none.
    std::uint64_t min = 0;
    std::uint64_t max = 0;
    std::uint64_t multiple_of = 1;  ///< Of a number.
    std::string_view choices = {};  ///< Words of a choice, with '|' between them; schemes of a url.
    std::string_view example = {};  ///< For a key without a default.
    std::string_view flag = {};     ///< A short flag beside --section.key; empty: none.
    std::string_view help = {};     ///< Whole sentences.
    void (*set)(Config&, const OptionValue&) = nullptr;
};

/// Every key, grouped by section, in the order in which people see them.
std::span<const Option> options();

/// "bitcoin.rpc_url"
std::string dotted_name(const Option& option);
/// "REFOLD_BITCOIN_RPC_URL"
std::string environment_name(const Option& option);

/// By "bitcoin.rpc_url" or by its short flag. Null when there is none.
const Option* find_option(std::string_view name);

/// "number of bytes, 1048576 (1 MiB) to 17179869184 (16 GiB)": for help, files and errors.
std::string describe_range(const Option& option);

/// Why a value is none: kind of the error and its second half.
struct BadValue
{
    enum class Kind
    {
        empty,
        type,
        range,
        secret,
        no_address,
    };
    Kind kind = Kind::range;
    std::string why;
};

/// Reads a value that was given as text: by a flag, by the environment, as a default.
std::variant<OptionValue, BadValue> parse_option(const Option& option, std::string_view text);

/// Checks a number that was given as a number: by a file.
std::variant<OptionValue, BadValue> check_option(const Option& option, std::int64_t number);

/// Whether ADDRESS:PORT, as parse_option took it, can be reached from this machine alone.
bool is_loopback(std::string_view address_and_port);

/// Whether the key takes numbers.
bool is_numeric(const Option& option);
}  // namespace engine

#include "engine/runtime/config/option.hpp"

#include "engine/base/nearest.hpp"

#include <charconv>
#include <vector>

namespace engine
{
namespace
{
constexpr std::uint64_t kMiB = 1024 * 1024;
constexpr std::uint64_t kGiB = 1024 * kMiB;

// Writes a checked value into its member. The parser has made sure of the alternative.
template <auto section, auto member>
void put(Config& config, const OptionValue& value)
{
    auto& target = config.*section.*member;
    using Target = std::remove_reference_t<decltype(target)>;
    if constexpr (std::is_integral_v<Target>)
        target = static_cast<Target>(std::get<std::uint64_t>(value));
    else
        target = std::get<std::string>(value);
}

using C = Config;

const Option kOptions[] = {
    {.section = "data",
        .key = "directory",
        .kind = OptionKind::path,
        .standard = "/var/lib/refold",
        .flag = "data",
        .help = "Holds log, state, checkpoints, keys and seal. One process at a time writes it.",
        .set = put<&C::data, &C::Data::directory>},
    {.section = "data",
        .key = "sequencer_key_file",
        .kind = OptionKind::secret_file,
        .example = "/etc/refold/sequencer.key",
        .help = "Where `engine run` reads the sequencer's key from: a file with mode 0600, `fd:N` "
                "for an open descriptor, or `terminal`. Not set: keys/sequencer.key of the data "
                "directory, where `engine init` puts it.",
        .set = put<&C::data, &C::Data::sequencer_key_file>},

    {.section = "log",
        .key = "segment_bytes",
        .kind = OptionKind::byte_count,
        .standard = "67108864",
        .unit = "bytes",
        .min = kMiB,
        .max = 16 * kGiB,
        .multiple_of = 512,
        .help = "Size of a file of the log. Each is filled with zeros before it is used, so the "
                "disk needs room for one more than the log fills.",
        .set = put<&C::log, &C::Log::segment_bytes>},

    {.section = "state",
        .key = "memory_bytes",
        .kind = OptionKind::byte_count,
        .standard = "1073741824",
        .unit = "bytes",
        .min = 16 * kMiB,
        .max = 1024 * kGiB,
        .help =
            "How much memory rows may use. Rows beyond it are read from the state directory. "
            "Beside them stand caches, up to a quarter of it each for RocksDB's blocks and for the "
            "tree (256 MiB at most), and changed rows until they are flushed: give the process "
            "twice as much, and 128 MiB.",
        .set = put<&C::state, &C::State::memory_bytes>},
    {.section = "state",
        .key = "flush_rows",
        .kind = OptionKind::number,
        .standard = "262144",
        .unit = "changed rows",
        .min = 1,
        .max = 1'048'576,
        .help = "After this many changed rows a root is computed and they are written to the state "
                "directory. More rows: fewer, larger writes, and a longer start after a crash.",
        .set = put<&C::state, &C::State::flush_rows>},
    {.section = "state",
        .key = "checkpoint_every",
        .kind = OptionKind::number,
        .standard = "100000",
        .unit = "blocks of the log",
        .min = 0,
        .max = 1'000'000'000,
        .help = "How often a checkpoint is kept to replay from. 0: only when `engine checkpoint` "
                "asks for one.",
        .set = put<&C::state, &C::State::checkpoint_every>},
    {.section = "state",
        .key = "checkpoints_kept",
        .kind = OptionKind::number,
        .standard = "4",
        .unit = "checkpoints",
        .min = 1,
        .max = 1000,
        .help = "How many checkpoints are kept. The oldest go first.",
        .set = put<&C::state, &C::State::checkpoints_kept>},

    {.section = "bitcoin",
        .key = "rpc_url",
        .kind = OptionKind::url,
        .choices = "http",
        .example = "http://127.0.0.1:18443",
        .flag = "bitcoin-rpc",
        .help = "The Bitcoin node to follow, by its JSON-RPC address. Not set: none is followed.",
        .set = put<&C::bitcoin, &C::Bitcoin::rpc_url>},
    {.section = "bitcoin",
        .key = "cookie_file",
        .kind = OptionKind::path,
        .example = "/var/lib/bitcoind/.cookie",
        .flag = "bitcoin-cookie",
        .help = "The node's cookie file. It is read again whenever the node refuses what it held.",
        .set = put<&C::bitcoin, &C::Bitcoin::cookie_file>},
    {.section = "bitcoin",
        .key = "rpc_user",
        .kind = OptionKind::text,
        .example = "refold",
        .help = "User of the node's JSON-RPC, where there is no cookie.",
        .set = put<&C::bitcoin, &C::Bitcoin::rpc_user>},
    {.section = "bitcoin",
        .key = "rpc_password_file",
        .kind = OptionKind::secret_file,
        .example = "/etc/refold/rpc-password",
        .help = "Where that user's password is read from: a file with mode 0600, `fd:N` for an "
                "open descriptor, or `terminal`.",
        .set = put<&C::bitcoin, &C::Bitcoin::rpc_password_file>},
    {.section = "bitcoin",
        .key = "zmq_url",
        .kind = OptionKind::url,
        .choices = "tcp|ipc",
        .example = "tcp://127.0.0.1:28332",
        .help = "The node's ZMQ address for block hashes (zmqpubhashblock). It only wakes the "
                "follower up: nothing is lost without it.",
        .set = put<&C::bitcoin, &C::Bitcoin::zmq_url>},
    {.section = "bitcoin",
        .key = "poll_ms",
        .kind = OptionKind::number,
        .standard = "1000",
        .unit = "milliseconds",
        .min = 10,
        .max = 600'000,
        .help = "How often the node is asked for its tip.",
        .set = put<&C::bitcoin, &C::Bitcoin::poll_ms>},
    {.section = "bitcoin",
        .key = "timeout_ms",
        .kind = OptionKind::number,
        .standard = "30000",
        .unit = "milliseconds",
        .min = 100,
        .max = 600'000,
        .help = "How long a whole answer of the node may take, from the call to its last byte.",
        .set = put<&C::bitcoin, &C::Bitcoin::timeout_ms>},
    {.section = "bitcoin",
        .key = "record",
        .kind = OptionKind::path,
        .example = "/var/lib/refold/bitcoin.recording",
        .help = "A file that takes down what the node says, so that the run can be repeated "
                "without it.",
        .set = put<&C::bitcoin, &C::Bitcoin::record>},
    {.section = "bitcoin",
        .key = "playback",
        .kind = OptionKind::path,
        .example = "/var/lib/refold/bitcoin.recording",
        .help = "A recording that stands for the node.",
        .set = put<&C::bitcoin, &C::Bitcoin::playback>},

    {.section = "http",
        .key = "listen",
        .kind = OptionKind::address,
        .standard = "127.0.0.1:7117",
        .flag = "listen",
        .help = "Where the HTTP API listens, and where the commands look for it. An address that "
                "other machines can reach needs TLS, and lets nobody in without a token or a "
                "client certificate. Port 0 takes any that is free.",
        .set = put<&C::http, &C::Http::listen>},
    {.section = "http",
        .key = "tls_certificate",
        .kind = OptionKind::path,
        .example = "/etc/refold/tls.crt",
        .help = "The server's certificate in PEM, followed by those that vouch for it. With it the "
                "API speaks TLS alone.",
        .set = put<&C::http, &C::Http::tls_certificate>},
    {.section = "http",
        .key = "tls_key",
        .kind = OptionKind::secret_file,
        .example = "/etc/refold/tls.key",
        .help = "The key of that certificate in PEM, without a passphrase.",
        .set = put<&C::http, &C::Http::tls_key>},
    {.section = "http",
        .key = "tls_minimum",
        .kind = OptionKind::choice,
        .standard = "1.3",
        .choices = "1.3|1.2",
        .help = "The oldest version of TLS that is spoken. 1.2 is for clients that know no other.",
        .set = put<&C::http, &C::Http::tls_minimum>},
    {.section = "http",
        .key = "tls_client_ca",
        .kind = OptionKind::path,
        .example = "/etc/refold/clients.crt",
        .help =
            "An authority in PEM whose client certificates let their owners in without a token. "
            "Any other client certificate is refused.",
        .set = put<&C::http, &C::Http::tls_client_ca>},
    {.section = "http",
        .key = "tls_client_role",
        .kind = OptionKind::choice,
        .standard = "read",
        .choices = "read|submit|operate",
        .help = "What a client may do who shows a certificate and no token.",
        .set = put<&C::http, &C::Http::tls_client_role>},
    {.section = "http",
        .key = "tokens_file",
        .kind = OptionKind::path,
        .example = "/var/lib/refold/tokens",
        .help = "The list of tokens, with mode 0600; not set: `tokens` in the data directory. "
                "`engine token` writes it, and a running node follows it within a second.",
        .set = put<&C::http, &C::Http::tokens_file>},
    {.section = "http",
        .key = "require_token",
        .kind = OptionKind::choice,
        .standard = "no",
        .choices = "no|yes",
        .help = "Whether a token or client certificate is needed on this machine, too. Elsewhere "
                "one always is.",
        .set = put<&C::http, &C::Http::require_token>},
    {.section = "http",
        .key = "rate_each",
        .kind = OptionKind::number,
        .standard = "200",
        .unit = "requests a second",
        .min = 0,
        .max = 1'000'000,
        .help = "How often one token or client certificate may ask; twice as often in one burst. "
                "0: as often as it likes.",
        .set = put<&C::http, &C::Http::rate_each>},
    {.section = "http",
        .key = "rate_all",
        .kind = OptionKind::number,
        .standard = "20000",
        .unit = "requests a second",
        .min = 0,
        .max = 1'000'000,
        .help = "How often all together may ask who were let in. 0: as often as they like.",
        .set = put<&C::http, &C::Http::rate_all>},
    {.section = "http",
        .key = "connections_max",
        .kind = OptionKind::number,
        .standard = "256",
        .unit = "connections",
        .min = 1,
        .max = 10'000,
        .help = "How many connections are open at once. One more is told so and closed.",
        .set = put<&C::http, &C::Http::connections_max>},
    {.section = "http",
        .key = "connections_per_address",
        .kind = OptionKind::number,
        .standard = "128",
        .unit = "connections",
        .min = 1,
        .max = 10'000,
        .help = "How many of them one address may have; of IPv6, one network of 64 bits.",
        .set = put<&C::http, &C::Http::connections_per_address>},
    {.section = "http",
        .key = "header_bytes",
        .kind = OptionKind::byte_count,
        .standard = "16384",
        .unit = "bytes",
        .min = 1024,
        .max = 32 * 1024,
        .help = "How long the header of a request may be, its path and query included.",
        .set = put<&C::http, &C::Http::header_bytes>},
    {.section = "http",
        .key = "body_bytes",
        .kind = OptionKind::byte_count,
        .standard = "1048576",
        .unit = "bytes",
        .min = 64 * 1024,
        .max = 16 * kMiB,
        .help = "How long the body of a request may be.",
        .set = put<&C::http, &C::Http::body_bytes>},
    {.section = "http",
        .key = "header_ms",
        .kind = OptionKind::number,
        .standard = "10000",
        .unit = "milliseconds",
        .min = 10,
        .max = 600'000,
        .help = "How long a header may take from its first byte on, and TLS to be agreed upon.",
        .set = put<&C::http, &C::Http::header_ms>},
    {.section = "http",
        .key = "body_ms",
        .kind = OptionKind::number,
        .standard = "10000",
        .unit = "milliseconds",
        .min = 10,
        .max = 600'000,
        .help = "How long a body may take.",
        .set = put<&C::http, &C::Http::body_ms>},
    {.section = "http",
        .key = "idle_ms",
        .kind = OptionKind::number,
        .standard = "60000",
        .unit = "milliseconds",
        .min = 10,
        .max = 3'600'000,
        .help = "How long a connection stays open without a request.",
        .set = put<&C::http, &C::Http::idle_ms>},
    {.section = "http",
        .key = "write_ms",
        .kind = OptionKind::number,
        .standard = "30000",
        .unit = "milliseconds",
        .min = 10,
        .max = 600'000,
        .help = "How long a client may take to read an answer, or 64 KiB of a stream; then it is "
                "cut.",
        .set = put<&C::http, &C::Http::write_ms>},
    {.section = "http",
        .key = "streams_max",
        .kind = OptionKind::number,
        .standard = "128",
        .unit = "streams",
        .min = 1,
        .max = 10'000,
        .help = "How many clients may follow the log at once.",
        .set = put<&C::http, &C::Http::streams_max>},
    {.section = "http",
        .key = "stream_bytes",
        .kind = OptionKind::byte_count,
        .standard = "1048576",
        .unit = "bytes",
        .min = 64 * 1024,
        .max = 64 * kMiB,
        .help = "How much may wait in memory for one of them.",
        .set = put<&C::http, &C::Http::stream_bytes>},

    {.section = "node",
        .key = "ca_file",
        .kind = OptionKind::path,
        .example = "/etc/refold/ca.crt",
        .help = "Whose certificate commands believe when they ask a node at https://. Not set: the "
                "authorities of this machine.",
        .set = put<&C::node, &C::Asked::ca_file>},
    {.section = "node",
        .key = "token_file",
        .kind = OptionKind::secret_file,
        .example = "/etc/refold/token",
        .flag = "token-file",
        .help = "Where commands read the token that they show to the node.",
        .set = put<&C::node, &C::Asked::token_file>},
    {.section = "node",
        .key = "tls_certificate",
        .kind = OptionKind::path,
        .example = "/etc/refold/client.crt",
        .help = "The certificate in PEM that commands show to a node at https://.",
        .set = put<&C::node, &C::Asked::tls_certificate>},
    {.section = "node",
        .key = "tls_key",
        .kind = OptionKind::secret_file,
        .example = "/etc/refold/client.key",
        .help = "Its key.",
        .set = put<&C::node, &C::Asked::tls_key>},

    {.section = "ledger",
        .key = "url",
        .kind = OptionKind::url,
        .choices = "http",
        .example = "http://127.0.0.1:7200",
        .help = "The ledger that mint effects are written to. Not set: they stay pending.",
        .set = put<&C::ledger, &C::Ledger::url>},

    {.section = "backup",
        .key = "directory",
        .kind = OptionKind::path,
        .example = "/mnt/backup/refold",
        .help = "Where `engine backup` copies log, seal and checkpoints to. `engine status` then "
                "says when the copy is too old. Not set: --to names the directory, and nobody "
                "looks how old it is.",
        .set = put<&C::backup, &C::Backup::directory>},
    {.section = "backup",
        .key = "checkpoints",
        .kind = OptionKind::number,
        .standard = "2",
        .unit = "checkpoints",
        .min = 0,
        .max = 1000,
        .help = "How many checkpoints the backup holds, the newest ones. 0: the log and the seal "
                "alone; a state is then folded from the beginning. The log is always whole.",
        .set = put<&C::backup, &C::Backup::checkpoints>},
    {.section = "backup",
        .key = "hours_max",
        .kind = OptionKind::number,
        .standard = "24",
        .unit = "hours",
        .min = 1,
        .max = 8760,
        .help = "When the backup is too old for `engine status` to be silent about it.",
        .set = put<&C::backup, &C::Backup::hours_max>},

    {.section = "logging",
        .key = "level",
        .kind = OptionKind::choice,
        .standard = "info",
        .choices = "trace|debug|info|warning|error",
        .flag = "log-level",
        .help = "What is written to standard error: this and everything graver.",
        .set = put<&C::logging, &C::Logging::level>},
    {.section = "logging",
        .key = "format",
        .kind = OptionKind::choice,
        .standard = "text",
        .choices = "text|json",
        .flag = "log-format",
        .help = "How a line is written: logfmt for people, one JSON object for programs.",
        .set = put<&C::logging, &C::Logging::format>},
};

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> out;
    while (true)
    {
        const auto end = text.find(separator);
        out.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return out;
        text.remove_prefix(end + 1);
    }
}

bool is_one_of(std::string_view word, std::string_view choices)
{
    for (const auto choice : split(choices, '|'))
    {
        if (word == choice)
            return true;
    }
    return false;
}

std::string quoted(std::string_view text)
{
    return "\"" + std::string{text} + "\"";
}

// "1073741824 (1 GiB)"
std::string count_with_unit(std::uint64_t bytes)
{
    auto plain = std::to_string(bytes);
    if (bytes >= kGiB && bytes % kGiB == 0)
        return plain + " (" + std::to_string(bytes / kGiB) + " GiB)";
    if (bytes >= kMiB && bytes % kMiB == 0)
        return plain + " (" + std::to_string(bytes / kMiB) + " MiB)";
    return plain;
}

using Parsed = std::variant<OptionValue, BadValue>;

Parsed refuse(BadValue::Kind kind, std::string why)
{
    return BadValue{kind, std::move(why)};
}

Parsed check_number(const Option& option, std::uint64_t number)
{
    if (number < option.min || number > option.max)
        return refuse(BadValue::Kind::range,
            std::to_string(number) + " is outside the range: " + describe_range(option));
    if (number % option.multiple_of != 0)
        return refuse(BadValue::Kind::range,
            std::to_string(number) + " is no multiple of " + std::to_string(option.multiple_of));
    return OptionValue{number};
}

std::optional<std::uint64_t> unit_factor(std::string_view unit)
{
    if (unit.empty() || unit == "B")
        return 1;
    if (unit == "KiB")
        return 1024;
    if (unit == "MiB")
        return kMiB;
    if (unit == "GiB")
        return kGiB;
    return std::nullopt;
}

Parsed parse_number(const Option& option, std::string_view text)
{
    const auto not_a_number = [&] {
        return refuse(BadValue::Kind::type, quoted(text) + " is no " + describe_range(option));
    };
    std::uint64_t number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range)
        return refuse(BadValue::Kind::range,
            std::string{text} + " is outside the range: " + describe_range(option));
    if (error != std::errc{})
        return not_a_number();

    auto unit = text.substr(static_cast<std::size_t>(rest - text.data()));
    while (!unit.empty() && unit.front() == ' ')
        unit.remove_prefix(1);
    if (!unit.empty() && option.kind != OptionKind::byte_count)
        return not_a_number();
    const auto factor = unit_factor(unit);
    if (!factor)
        return not_a_number();
    if (number > UINT64_MAX / *factor)
        return refuse(BadValue::Kind::range,
            std::string{text} + " is outside the range: " + describe_range(option));
    return check_number(option, number * *factor);
}

Parsed parse_choice(const Option& option, std::string_view text)
{
    if (is_one_of(text, option.choices))
        return OptionValue{std::string{text}};
    auto why = quoted(text) + " is none of " + describe_range(option);
    const auto words = split(option.choices, '|');
    if (const auto meant = nearest(text, words))
        why += "; did you mean " + quoted(*meant) + "?";
    return refuse(BadValue::Kind::range, why);
}

Parsed parse_url(const Option& option, std::string_view text)
{
    const auto colon = text.find("://");
    if (colon == std::string_view::npos || !is_one_of(text.substr(0, colon), option.choices))
        return refuse(BadValue::Kind::type, "wanted: " + describe_range(option));
    const auto rest = text.substr(colon + 3);
    const auto authority = rest.substr(0, rest.find('/'));
    // Said without the text: what stands before the @ is a secret.
    if (authority.find('@') != std::string_view::npos)
        return refuse(BadValue::Kind::secret, "the address holds a user and a password");
    if (rest.empty())
        return refuse(BadValue::Kind::type, quoted(text) + " names no host");
    return OptionValue{std::string{text}};
}

bool is_port(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}

// Four numbers between dots.
bool is_v4(std::string_view host)
{
    const auto parts = split(host, '.');
    if (parts.size() != 4)
        return false;
    for (const auto part : parts)
    {
        std::uint8_t byte = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), byte);
        if (part.empty() || error != std::errc{} || end != part.data() + part.size())
            return false;
    }
    return true;
}

// Digits, letters to f, colons and dots between brackets; whoever listens there reads it exactly.
bool looks_like_v6(std::string_view host)
{
    return host.starts_with("[") && host.ends_with("]") &&
           host.find_first_not_of("[]:.0123456789abcdefABCDEF") == std::string_view::npos &&
           host.find(':') != std::string_view::npos;
}

Parsed parse_address(const Option& option, std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || !is_port(text.substr(colon + 1)))
        return refuse(BadValue::Kind::type, quoted(text) + " is no " + describe_range(option));
    const auto host = text.substr(0, colon);
    if (!is_v4(host) && !looks_like_v6(host))
        return refuse(BadValue::Kind::no_address,
            quoted(host) + " is no address written out; a name may change what it stands for");
    return OptionValue{std::string{text}};
}
}  // namespace

std::span<const Option> options()
{
    return kOptions;
}

bool is_loopback(std::string_view address_and_port)
{
    const auto host = address_and_port.substr(0, address_and_port.rfind(':'));
    return host == "[::1]" || (is_v4(host) && host.starts_with("127."));
}

std::string dotted_name(const Option& option)
{
    return std::string{option.section} + "." + std::string{option.key};
}

std::string environment_name(const Option& option)
{
    auto name = "REFOLD_" + std::string{option.section} + "_" + std::string{option.key};
    for (auto& c : name)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return name;
}

const Option* find_option(std::string_view name)
{
    for (const auto& option : kOptions)
    {
        if (name == dotted_name(option) || (!option.flag.empty() && name == option.flag))
            return &option;
    }
    return nullptr;
}

bool is_numeric(const Option& option)
{
    return option.kind == OptionKind::number || option.kind == OptionKind::byte_count;
}

std::string describe_range(const Option& option)
{
    switch (option.kind)
    {
        case OptionKind::number:
            return "whole number of " + std::string{option.unit} + ", " +
                   std::to_string(option.min) + " to " + std::to_string(option.max);
        case OptionKind::byte_count:
            return "number of bytes, " + count_with_unit(option.min) + " to " +
                   count_with_unit(option.max);
        case OptionKind::choice:
        {
            std::string out;
            for (const auto word : split(option.choices, '|'))
                out += (out.empty() ? "" : ", ") + quoted(word);
            return out;
        }
        case OptionKind::path:
            return "path";
        case OptionKind::secret_file:
            return "path of a file with mode 0600, `fd:N` or `terminal`";
        case OptionKind::url:
        {
            std::string out;
            for (const auto scheme : split(option.choices, '|'))
                out += (out.empty() ? "" : " or ") + std::string{scheme} + "://...";
            return out + ", without user and password";
        }
        case OptionKind::address:
            return "ADDRESS:PORT, such as 127.0.0.1:7117 or [::1]:7117";
        case OptionKind::text:
            return "text";
    }
    return {};
}

Parsed parse_option(const Option& option, std::string_view text)
{
    if (text.empty())
        return refuse(BadValue::Kind::empty, "empty is neither the default nor `off`");
    for (const char c : text)
    {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            return refuse(BadValue::Kind::type, "a control character in the value");
    }
    switch (option.kind)
    {
        case OptionKind::number:
        case OptionKind::byte_count:
            return parse_number(option, text);
        case OptionKind::choice:
            return parse_choice(option, text);
        case OptionKind::url:
            return parse_url(option, text);
        case OptionKind::address:
            return parse_address(option, text);
        case OptionKind::text:
        case OptionKind::path:
        case OptionKind::secret_file:
            break;
    }
    return OptionValue{std::string{text}};
}

Parsed check_option(const Option& option, std::int64_t number)
{
    if (!is_numeric(option))
        return refuse(
            BadValue::Kind::type, "a number stands where " + describe_range(option) + " is wanted");
    if (number < 0)
        return refuse(BadValue::Kind::range,
            std::to_string(number) + " is outside the range: " + describe_range(option));
    return check_number(option, static_cast<std::uint64_t>(number));
}
}  // namespace engine

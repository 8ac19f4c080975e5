#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace engine
{
/// What an engine is told about the machine it runs on. Nothing of it changes what the fold does:
/// whatever does is an event. Every member is one row of the option table.
struct Config
{
    struct Data
    {
        std::string directory;
        std::optional<std::string> sequencer_key_file;  ///< Absent: the one in the directory.
    } data;

    struct Log
    {
        std::uint64_t segment_bytes = 0;
    } log;

    struct State
    {
        std::uint64_t memory_bytes = 0;
        std::uint64_t flush_rows = 0;
        std::uint64_t checkpoint_every = 0;  ///< In blocks of the log; 0: only when asked.
        std::uint32_t checkpoints_kept = 0;
    } state;

    struct Bitcoin
    {
        std::optional<std::string> rpc_url;  ///< Absent: no node is followed.
        std::optional<std::string> cookie_file;
        std::optional<std::string> rpc_user;
        std::optional<std::string> rpc_password_file;  ///< A path, `fd:N` or `terminal`.
        std::optional<std::string> zmq_url;
        std::uint32_t poll_ms = 0;
        std::uint32_t timeout_ms = 0;
        std::optional<std::string> record;    ///< What the node says is written here.
        std::optional<std::string> playback;  ///< What a node said is read from here.
    } bitcoin;

    struct Http
    {
        std::string listen;  ///< ADDRESS:PORT. Port 0: any that is free.
        std::optional<std::string> tls_certificate;
        std::optional<std::string> tls_key;
        std::string tls_minimum;  ///< "1.3" or "1.2".
        std::optional<std::string> tls_client_ca;
        std::string tls_client_role;             ///< "read", "submit" or "operate".
        std::optional<std::string> tokens_file;  ///< Absent: DATA/tokens.
        std::string require_token;               ///< "yes" or "no".
        std::uint32_t rate_each = 0;             ///< Requests a second; 0: any.
        std::uint32_t rate_all = 0;
        std::uint32_t connections_max = 0;
        std::uint32_t connections_per_address = 0;
        std::uint32_t header_bytes = 0;
        std::uint64_t body_bytes = 0;
        std::uint32_t header_ms = 0;
        std::uint32_t body_ms = 0;
        std::uint32_t idle_ms = 0;
        std::uint32_t write_ms = 0;
        std::uint32_t streams_max = 0;
        std::uint64_t stream_bytes = 0;
    } http;

    /// How a command reaches a running node.
    struct Asked
    {
        std::optional<std::string> ca_file;
        std::optional<std::string> token_file;  ///< A path, `fd:N` or `terminal`.
        std::optional<std::string> tls_certificate;
        std::optional<std::string> tls_key;
    } node;

    struct Ledger
    {
        std::optional<std::string> url;  ///< Absent: mint effects stay pending.
    } ledger;

    struct Backup
    {
        std::optional<std::string> directory;  ///< Absent: nobody looks how old the backup is.
        std::uint32_t checkpoints = 0;
        std::uint32_t hours_max = 0;
    } backup;

    struct Logging
    {
        std::string level;
        std::string format;  ///< "text" or "json".
    } logging;
};
}  // namespace engine

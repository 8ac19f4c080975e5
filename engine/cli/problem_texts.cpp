#include "engine/cli/code_texts.hpp"

namespace engine::cli
{
namespace
{
// clang-format off
constexpr ProblemText kTexts[] = {
    {"bad-height", 400, "a height that can't be read", "A height is a whole number without sign.", "write it in digits: /v1/heights/12"},
    {"bad-key", 400, "a key that can't be read", "Every table has its form of keys; a slash inside a segment is written %2F.", "GET /v1/tables/T shows keys in their form"},
    {"bad-limit", 400, "a limit that can't be used", "A page has 1 to 1000 rows.", "give limit=N in that range, or leave it out"},
    {"bad-place", 400, "a place that can't be read", "The place of an event is written H.I.", "write height, a dot and the index: 184183.4"},
    {"bad_request", 400, "no HTTP request", "What arrived does not follow RFC 9112.", "use an HTTP client; the address speaks nothing else"},
    {"beyond-end", 404, "behind the end of the log", "The log has not come that far.", "GET /v1/status says where it ends"},
    {"body_too_large", 413, "the body is too large", "Bodies are bounded, so that no caller can fill the memory.", "send less at a time; one command fits easily"},
    {"busy", 503, "no room for the request", "The queue of requests is full, or the disk has no room for the next segment.", "send the same bytes again in a moment: they are recorded once"},
    {"handler_timeout", 504, "no answer in time", "The engine did not answer in its time. Whether it still acts is not known.", "send the same request again: what was accepted is answered with its place"},
    {"header_too_large", 431, "the header is too large", "Headers are bounded, so that no caller can fill the memory.", "shorten the path or the header fields"},
    {"host_refused", 421, "not a name of this server", "Names in the Host header are checked, so that no web page can reach the server by a name of its own.", "ask by 127.0.0.1, [::1] or localhost"},
    {"invalid-event", 400, "not an event of a caller", "The bytes are not canonical, are over a limit, or are of a kind that no caller may author.", "send the canonical bytes of one signed command; engine submit makes them"},
    {"log-beyond-end", 404, "behind the end of the log", "No block of this height is there yet.", "GET /v1/status says where the log ends"},
    {"log-damaged", 500, "the log is damaged", "A block that is there can't be read back as it was written.", "run verify-consistency; restore the log from a replica or a backup"},
    {"log-io", 500, "the disk failed", "A file of the log could not be read or written.", "check the disk, its mount and the permissions, then start the node again"},
    {"log-misplaced", 500, "a file of the log is not what its name says", "Files of the log are told apart by their names and their headers, and the two disagree.", "put the file back where it was; verify-consistency names it"},
    {"log-missing", 500, "blocks are missing", "Blocks that existed are not there.", "restore the log from a replica or a backup"},
    {"log-no-room", 500, "no room for the next segment", "A segment is given its whole size before it is used.", "make room on the disk of the data directory"},
    {"log-owned", 500, "another process has the data directory", "One process at a time writes a log.", "stop the other process; DATA/LOCK names it"},
    {"log-stopped", 500, "the log has stopped", "After a failed write or sync it is not known what has reached the disk, so nothing more is written.", "look at the disk, then start the node again"},
    {"log-too-large", 500, "a block too large for a segment", "A block is never cut in two.", "raise log.segment_bytes"},
    {"log-unknown-format", 500, "written by a later version", "This version does not know the format of the block.", "use the version that has written it, or a later one"},
    {"log-wrong-block", 500, "not the block that comes next", "A block names the hash of the one before it.", "run verify-consistency"},
    {"method_not_allowed", 405, "the path does not have this method", "Reading is GET, submitting POST.", "the header Allow and the hint name the methods"},
    {"no-seal", 404, "no seal yet", "Nothing was sealed before the first root is known, shortly after the start.", "ask again in a moment"},
    {"no-such-event", 404, "no such event", "The block has fewer events, or the log fewer blocks.", "GET /v1/heights/H lists the block's events"},
    {"no_answer", 500, "the engine gave no answer", "The request was dropped without one; whether it was acted upon is not known.", "send the same request again: what was accepted is answered with its place"},
    {"not_found", 404, "no such path", "The API has no such path.", "the hint names the nearest; engine/runtime/README-api.md lists all"},
    {"request_timeout", 408, "the request did not arrive in time", "A connection that sends slowly would keep others out.", "send the whole request at once"},
    {"role-too-low", 403, "not allowed", "A token has a role: read, submit (also hand in commands) or operate (also checkpoints).", "use a token with the role that the detail names; engine token add makes one"},
    {"row-absent", 404, "no such row", "The table has no row with this key at that height.", "GET /v1/tables/T lists the rows; GET /v1/proof/T/KEY proves the absence"},
    {"state-corrupt", 500, "the state contradicts itself", "A row can't be decoded by the rules that wrote it.", "run verify-consistency; the state can be removed and is rebuilt from the log"},
    {"stopping", 503, "the node is stopping", "It takes nothing more and finishes what it has accepted.", "send the same bytes again when it is back"},
    {"too-many-requests", 429, "too many requests", "Requests per second are bounded, for each token and for all together.", "wait as long as Retry-After says"},
    {"too_many_connections", 503, "no connection is free", "Connections are bounded.", "try again in a second, and keep connections open for several requests"},
    {"too_many_streams", 503, "no stream is free", "Streams are bounded.", "close one, or try again later"},
    {"unknown-table", 404, "no such table", "Names of tables are written as GET /v1/tables lists them.", "the hint names the nearest"},
};
// clang-format on
}  // namespace

std::span<const ProblemText> problem_texts()
{
    return kTexts;
}
}  // namespace engine::cli

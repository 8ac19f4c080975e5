// What every command answers: for people against golden files, for programs against JSON Schemas.

#include "adapters/http/client.hpp"
#include "adapters/system/disk.hpp"
#include "engine/cli/url.hpp"
#include "engine/core/row_codec.hpp"
#include "engine/domain/probe/state.hpp"
#include "engine/log/data_directory.hpp"
#include "engine/log/restored.hpp"
#include "engine/runtime/api_json.hpp"
#include "engine/runtime/api_openapi.hpp"
#include "tests/adapters/child_process.hpp"
#include "tests/cli/golden_answer.hpp"
#include "tests/cli/probe_fixture.hpp"
#include "tests/support/block_files.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/samples.hpp"

#include <gtest/gtest.h>

#include <set>

namespace engine::cli::test
{
namespace
{
namespace bj = boost::json;
using engine::test::JsonSchemas;
using engine::test::PlantedRows;
using Words = std::vector<std::string>;

const std::string kSchemas = std::string{REFOLD_SOURCE_DIR} + "/engine/cli/schemas";

std::string schema_of(const Program& program, const Command& command)
{
    std::string name{command.name.empty() ? program.name : command.name};
    std::replace(name.begin(), name.end(), ' ', '-');
    return name + ".json";
}

/// The command that words call: the longest name that they begin with; a nameless one if there is
/// none.
const Command& command_of(const Program& program, const Words& words)
{
    static const Command kNone{.configured = false};
    const Command* best = &kNone;
    for (const auto& command : program.commands)
    {
        Words name;
        std::istringstream parts{std::string{command.name}};
        for (std::string part; parts >> part;)
            name.push_back(part);
        const bool fits =
            words.size() >= name.size() && std::equal(name.begin(), name.end(), words.begin());
        if (fits && (best == &kNone || command.name.size() > best->name.size()))
            best = &command;
    }
    return *best;
}

void expect_lines(const std::string& text, const std::string& file, const Words& words)
{
    JsonSchemas schemas{kSchemas};
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
    {
        // How far a fold is, on a slow machine.
        if (line.find(" heights ") != line.npos && line.find('%') != line.npos)
            continue;
        boost::system::error_code no_json;
        const auto value = bj::parse(line, no_json);
        ASSERT_FALSE(no_json) << testing::PrintToString(words) << "\n" << line;
        const auto problem = schemas.check(file, value);
        EXPECT_FALSE(problem) << testing::PrintToString(words) << "\n" << *problem;
    }
}

/// Calls with --json: what is said is valid, and a failure says so as one error or more.
Said expect_valid(const Program& program, Words words, const NamedValues& environment = {})
{
    words.emplace_back("--json");
    const auto said = call(program, words, environment);
    expect_lines(said.out, schema_of(program, command_of(program, words)), words);
    expect_lines(said.err, "error.json", words);
    EXPECT_FALSE(said.out.empty() && said.err.empty()) << testing::PrintToString(words);
    return said;
}

void write_file(const std::string& path, std::string_view text)
{
    std::ofstream{path} << text;
}

/// A data directory with the golden log of every module: the same history in every run.
class KeptLog : public testing::Test
{
protected:
    TemporaryDirectory directory;
    const std::string data = directory / "data";

    void SetUp() override
    {
        PosixDisk disk;
        engine::test::write_log(
            disk, data, engine::test::read_blocks(REFOLD_SOURCE_DIR "/fixtures/golden/v1.blocks"));
    }

    /// The form for people is the kept one, and the form for programs valid.
    void both(const std::string& name, const Program& program, Words words)
    {
        const bool is_configured = command_of(program, words).configured;
        if (is_configured)
            words.insert(words.end(), {"--data", data});
        const auto said = call(program, words);
        expect_golden(name,
            masked(transcript(program.name, words, said), directory.path(), Varies::durations));
        EXPECT_EQ(expect_valid(program, words).code, said.code) << name;
    }

    void flip(std::streamoff offset)
    {
        std::fstream file{data + "/log/00000000000000000000.seg",
            std::ios::in | std::ios::out | std::ios::binary};
        file.seekg(offset);
        const auto byte = static_cast<char>(file.get() ^ 1);
        file.seekp(offset);
        file.put(byte);
    }
};

TEST_F(KeptLog, IsShownInBlocksAndEvents)
{
    both("log", engine_program(), {"log"});
    both("log-block", engine_program(), {"log", "3"});
    both("log-event", engine_program(), {"log", "3.0"});
    both("log-module", engine_program(), {"log", "--module", "peg", "--limit", "5"});
    both("log-beyond", engine_program(), {"log", "1000000"});
}

TEST_F(KeptLog, IsShownAsRowsOfAHeight)
{
    both("show-tables", engine_program(), {"show", "--at", "20"});
    both("show-rows", engine_program(), {"show", "peg.utxos", "--at", "20", "--limit", "3"});
    both("show-row", engine_program(), {"show", "peg.totals", "--at", "20"});
    both("show-absent", engine_program(), {"show", "probe.accounts", "77", "--at", "20"});
}

TEST_F(KeptLog, IsShownAsWhatHasChanged)
{
    both("diff", engine_program(), {"diff", "26", "42", "peg.totals"});
    both("diff-all", engine_program(), {"diff", "10", "20", "--limit", "6"});
    both("history", engine_program(), {"history", "peg.totals"});
    both("history-limit", engine_program(), {"history", "bitcoin.tip", "--limit", "3"});
    both("history-none", engine_program(), {"history", "probe.accounts", "77"});
}

TEST_F(KeptLog, IsReplayed)
{
    both("replay", replay_program(), {});
    both("replay-part", replay_program(), {"--to-height", "10", "--every-root"});
    both("replay-at", replay_program(), {"--at", "20", "--show", "peg.totals"});
    both("replay-compare", replay_program(), {"--compare", data});
    both("replay-another", replay_program(), {"--genesis", std::string(64, '1')});
}

TEST_F(KeptLog, IsVerifiedAndProved)
{
    both("verify-consistent", verify_program(), {});
    both("prove-event", engine_program(), {"prove", "--event", "3.0"});
    both("restored", engine_program(), {"restored"});
}

TEST_F(KeptLog, WithDamageIsAFindingOfVerifyAndAnErrorOfOthers)
{
    flip(5'000);
    both("verify-damaged", verify_program(), {});
    both("replay-damaged", replay_program(), {});
    both("history-damaged", engine_program(), {"history", "peg.totals"});
}

TEST_F(KeptLog, ThatIsHeldOrIsNotThereIsAnError)
{
    PosixDisk disk;
    const auto owner = log::DataDirectory::own(disk, data, "process 17 (engine run)");
    ASSERT_TRUE(owner);
    both("held", engine_program(), {"restored", "--no-other-copy", "20"});
    std::filesystem::remove_all(data + "/log");
    both("no-log", engine_program(), {"history", "peg.totals"});
}

TEST_F(KeptLog, QuestionsThatCantBeMeantAreErrors)
{
    both("error-command", engine_program(), {"config", "shwo"});
    both("error-flag", engine_program(), {"show", "--limti", "3"});
    both("error-arguments", engine_program(), {"diff", "3"});
    both("error-table", engine_program(), {"show", "peg.deposit"});
    both("error-key", engine_program(), {"history", "peg.deposits", "17"});
    both("error-height", engine_program(), {"diff", "0", "1000000"});
    both("error-conflict", engine_program(), {"show", "--at", "3", "--node", "http://127.0.0.1:1"});
    both("error-condition", engine_program(), {"wait", "heihgt", "3"});
    both("error-silent", engine_program(), {"status", "--node", "http://127.0.0.1:1"});
    both("error-wait", engine_program(),
        {"wait", "height", "3", "--timeout", "0", "--node", "http://127.0.0.1:1"});
}

TEST_F(KeptLog, ConfigurationIsShownAndItsMistakesNamed)
{
    const auto good = directory / "good.toml", bad = directory / "bad.toml";
    write_file(good, "[bitcoin]\npoll_ms = 250\n");
    write_file(bad, "[http]\nlitsen = \"127.0.0.1:1\"\n[state]\nflush_rows = 0\n");
    both("config-show", engine_program(), {"config", "show", "--origin", "--config", good});
    both("config-check", engine_program(), {"config", "check", good});
    both("config-wrong", engine_program(), {"config", "check", bad});
    both("config-unknown-key", engine_program(), {"status", "--config", bad});
    both("config-default", engine_program(), {"config", "default"});
}

TEST_F(KeptLog, IsBackedUpAndRestored)
{
    const auto to = directory / "backup";
    const auto over_times = [&](const std::string& name, Words words) {
        const auto said = call(engine_program(), words);
        expect_golden(
            name, masked(transcript("engine", words, said), directory.path(), Varies::numbers));
    };
    const Words backup{"backup", "--to", to, "--verify", "--data", data};
    over_times("backup", backup);
    over_times("backup-again", backup);
    EXPECT_EQ(expect_valid(engine_program(), backup).code, 0);
    over_times("backup-check", {"backup", "--check", to});
    EXPECT_EQ(expect_valid(engine_program(), {"backup", "--check", to}).code, 0);
    both("backup-inside", engine_program(), {"backup", "--to", data + "/backup"});
    both("backup-nowhere", engine_program(), {"backup"});

    over_times("restore", {"restore", "--from", to, "--data", directory / "again"});
    EXPECT_EQ(
        expect_valid(engine_program(), {"restore", "--from", to, "--data", directory / "third"})
            .code,
        0);
    both("restore-over", engine_program(), {"restore", "--from", to});
    over_times("restored-mark", {"restored", "--data", directory / "again"});
    for (const auto& file : std::filesystem::directory_iterator{to + "/log"})
        std::filesystem::resize_file(file.path(), 4096);
    const Words damaged{"backup", "--check", to};
    expect_golden(
        "backup-damaged", masked(transcript("engine", damaged, call(engine_program(), damaged)),
                              directory.path(), Varies::numbers));
    EXPECT_EQ(expect_valid(engine_program(), damaged).code, 1);
}

TEST_F(KeptLog, HasADoorWithTokens)
{
    const auto add = [&](const std::string& name) {
        return expect_valid(
            engine_program(), {"token", "add", name, "--expires-in", "90", "--data", data});
    };
    both("token-none", engine_program(), {"token", "list"});
    EXPECT_EQ(add("monitor").code, 0);
    both("token-twice", engine_program(), {"token", "add", "monitor"});
    const auto people = [&](const std::string& name, Words words) {
        words.insert(words.end(), {"--data", data});
        const auto said = call(engine_program(), words);
        EXPECT_EQ(said.code, 0) << said.err;
        expect_golden(
            name, masked(transcript("engine", words, said), directory.path(), Varies::numbers));
    };
    people("token-add", {"token", "add", "ci"});
    people("token-add-role", {"token", "add", "on-call", "--role", "operate", "--expires-in", "7"});
    people("token-list", {"token", "list"});
    EXPECT_EQ(expect_valid(engine_program(), {"token", "list", "--data", data}).code, 0);
    people("token-revoke", {"token", "revoke", "ci"});
    EXPECT_EQ(
        expect_valid(engine_program(), {"token", "revoke", "monitor", "--data", data}).code, 0);
    both("token-absent", engine_program(), {"token", "revoke", "monitor"});
}

TEST(Documentation, ForProgramsIsValid)
{
    EXPECT_EQ(expect_valid(engine_program(), {"man"}).code, 0);
    EXPECT_EQ(expect_valid(engine_program(), {"man", "engine-backup"}).code, 0);
    EXPECT_EQ(expect_valid(engine_program(), {"completion", "bash"}).code, 0);
    EXPECT_NE(expect_valid(engine_program(), {"completion", "fish"}).code, 0);
}

TEST_F(KeptLog, CodesAreExplained)
{
    both("explain-error", engine_program(), {"explain", "RF-0107"});
    both("explain-verdict", engine_program(), {"explain", "peg-below-minimum"});
    both("explain-problem", engine_program(), {"explain", "row-absent"});
    both("explain-unknown", engine_program(), {"explain", "RF-9999"});
}

TEST(HelpPages, AreTheKeptOnes)
{
    expect_golden("help", engine({"help"}).out);
    for (const auto& program : {engine_program(), replay_program(), verify_program()})
    {
        for (const auto& command : program.commands)
        {
            auto name = schema_of(program, command);
            name.resize(name.size() - std::string_view{".json"}.size());
            std::istringstream parts{std::string{command.name}};
            Words words{std::istream_iterator<std::string>{parts}, {}};
            words.emplace_back("--help");
            expect_golden("help-" + name, call(program, words).out);
        }
    }
}

class NodeAnswers : public ProbeFixture
{
protected:
    /// The form for people is the kept one but for its numbers.
    Said people(const std::string& name, const Program& program, Words words)
    {
        auto said = call(program, words);
        expect_golden(
            name, masked(transcript(program.name, words, said), directory.path(), Varies::numbers));
        return said;
    }

    void both(const std::string& name, Words words)
    {
        words.insert(words.end(), {"--data", data});
        if (node)
            words.insert(words.end(), {"--node", node->address()});
        const auto said = people(name, engine_program(), words);
        EXPECT_EQ(expect_valid(engine_program(), words).code, said.code) << name;
    }
};

TEST_F(NodeAnswers, AreTheKeptOnesAndValid)
{
    const auto made = directory / "made", again = directory / "again";
    people("init", engine_program(),
        {"init", "--data", made, "--operator-key", directory / "made.key"});
    EXPECT_EQ(expect_valid(engine_program(),
                  {"init", "--data", again, "--operator-key", directory / "again.key"})
                  .code,
        0);
    people("init-exists", engine_program(),
        {"init", "--data", made, "--operator-key", directory / "other.key"});

    start();
    ASSERT_EQ(ask({"wait", "seal", "0"}).code, 0);
    both("status", {"status"});
    const Words to_node{"--key", key_file, "--data", data, "--node", node->address()};
    const auto submit = [&](int id) {
        Words words{"submit", probe_file(id, 7, 5)};
        words.insert(words.end(), to_node.begin(), to_node.end());
        return words;
    };
    people("submit", engine_program(), submit(1));
    EXPECT_EQ(expect_valid(engine_program(), submit(2)).code, 0);
    people("submit-refused", engine_program(), submit(1));
    EXPECT_EQ(expect_valid(engine_program(), submit(1)).code, 1);

    both("node-tables-absent", {"show", "probe.accounts", "77"});
    both("node-rows", {"show", "probe.accounts"});
    both("node-row", {"show", "probe.totals"});
    both("prove", {"prove", "probe.accounts", "7"});
    both("prove-absent", {"prove", "probe.accounts", "77"});
    both("prove-node-event", {"prove", "--event", "1.0"});
    const auto kept = directory / "proof.json";
    ASSERT_EQ(ask({"prove", "probe.accounts", "7", "--output", kept}).code, 0);
    const auto check = [&](const std::string& name, const Words& more) {
        Words words{"prove", "--check", kept};
        words.insert(words.end(), more.begin(), more.end());
        const auto said = people(name, engine_program(), words);
        EXPECT_EQ(expect_valid(engine_program(), words).code, said.code) << name;
    };
    const Words no_log{"--data", directory / "nowhere"};
    check("prove-check", {"--data", data});
    check("prove-check-unclear", no_log);
    check("prove-check-other", {"--genesis", node->genesis(), "--sequencer", std::string(64, '1')});
    write_file(kept, "{}");
    check("prove-check-none", {"--data", data});
    both("checkpoint", {"checkpoint"});
    both("wait", {"wait", "height", "1"});
    both("wait-over", {"wait", "height", "1000000", "--timeout", "0"});
    stop();
}

TEST_F(NodeAnswers, OfStatusSayWhatIsWrong)
{
    PosixDisk disk;
    ASSERT_TRUE(log::mark_restored(disk, data, "a backup in a test\n"));
    start({{"backup.directory", directory / "backup"}});
    const auto said = people(
        "status-findings", engine_program(), {"status", "--data", data, "--node", node->address()});
    EXPECT_EQ(said.code, 1);
}

/// "/v1/tables/{table}/{key}" -> "/v1/tables/probe.accounts/77"
std::string path_with_values(std::string path)
{
    const auto* table = path.find("{key}") == path.npos ? "probe.totals" : "probe.accounts";
    for (const auto& [name, value] :
        {std::pair{"{table}", table}, {"{key}", "77"}, {"{place}", "0.0"}, {"{height}", "0"}})
    {
        const auto at = path.find(name);
        if (at != path.npos)
            path.replace(at, std::string_view{name}.size(), value);
    }
    return path;
}

/// "get /v1/tables/{table} path:table query:from query:limit", and what it is for below it.
std::string operation_text(
    std::string_view method, std::string_view path, const bj::object& operation)
{
    auto out = std::string{method} + " " + std::string{path};
    for (const auto& parameter : operation.at("parameters").as_array())
        out += " " + std::string{parameter.at("in").as_string()} + ":" +
               std::string{parameter.at("name").as_string()};
    return out + "\n    " + std::string{operation.at("summary").as_string()} + "\n";
}

TEST_F(NodeAnswers, OfTheApiAreDescribed)
{
    start();
    http::HttpClient client{*parse_endpoint(node->address(), 0)};
    HttpRequest request;
    request.path = "/v1/openapi.json";
    const auto response = client.send(request);
    ASSERT_TRUE(response);
    ASSERT_EQ(response->status, 200u);
    const auto description = bj::parse(response->body);
    JsonSchemas schemas{kSchemas};
    EXPECT_EQ(schemas.check("openapi.json", description), std::nullopt);
    std::string list;
    for (const auto& path : description.at("paths").as_object())
    {
        for (const auto& method : path.value().as_object())
            list += operation_text(method.key(), path.key(), method.value().as_object());
    }
    expect_golden("openapi", list);
}

TEST_F(NodeAnswers, AreGivenUnderEveryPathOfTheDescriptionAsItSays)
{
    start();
    ASSERT_EQ(ask({"checkpoint"}).code, 0);
    http::HttpClient client{*parse_endpoint(node->address(), 0)};
    HttpRequest request;
    request.path = "/v1/openapi.json";
    const auto description = bj::parse(client.send(request)->body);
    for (const auto& path : description.at("paths").as_object())
    {
        const auto* get = path.value().as_object().if_contains("get");
        request.path = path_with_values(path.key());
        if (request.path == "/v1/stream")  // It does not end.
            continue;
        const auto answer = client.send(request);
        ASSERT_TRUE(answer) << request.path;
        if (get == nullptr)
        {
            EXPECT_EQ(answer->status, 405u) << request.path;
            continue;
        }
        EXPECT_TRUE(answer->status == 200 || answer->body.find("row-absent") != std::string::npos)
            << request.path << "\n"
            << answer->body;
        const auto& content = get->at("responses").at("200").at("content").as_object();
        EXPECT_TRUE(
            answer->status != 200 || answer->content_type.starts_with(content.begin()->key()))
            << request.path << " " << answer->content_type;
    }
}

/// The data of so many messages of a stream from its beginning, each with its id.
std::vector<std::pair<std::string, std::string>> streamed(
    const std::string& address, std::size_t wanted)
{
    http::HttpClient client{*parse_endpoint(address, 0)};
    HttpRequest request;
    request.path = "/v1/stream";
    request.query = {{"after", "genesis"}};
    std::vector<std::pair<std::string, std::string>> out;
    std::string text;
    const auto take = [&](std::string_view piece) {
        text += piece;
        static const std::regex kMessage{"id: ([^\n]*)\ndata: ([^\n]*)\n\n"};
        for (std::smatch found; std::regex_search(text, found, kMessage); text = found.suffix())
            out.emplace_back(found[1], found[2]);
        return out.size() < wanted;
    };
    EXPECT_TRUE(client.stream(request, take));
    return out;
}

TEST_F(NodeAnswers, OfAStreamAreValid)
{
    start();
    for (int i = 1; i <= 3; ++i)
        ASSERT_EQ(probe(i, 7, 5).code, 0);
    JsonSchemas schemas{kSchemas};
    std::set<std::string> kinds;
    for (const auto& [id, sent] : streamed(node->address(), 7))
    {
        const auto message = bj::parse(sent);
        EXPECT_EQ(schemas.check("stream.json", message), std::nullopt) << sent;
        EXPECT_EQ(message.at("place").as_string(), id);
        kinds.emplace(message.at("kind").as_string());
    }
    EXPECT_TRUE(kinds.contains("genesis") && kinds.contains("block_opened") &&
                kinds.contains("probe.probed"));
}

TEST(StreamSchema, IsTheOneOfTheApisDescriptionAndKnowsEveryKind)
{
    bj::object wanted{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
        {"title", "GET /v1/stream: the data of each message, one event of the log"},
        {"$ref", "#/$defs/StreamedEvent"}, {"$defs", api::stream_forms("#/$defs/")}};
    const auto* write = std::getenv("REFOLD_WRITE_GOLDEN");
    if (write != nullptr && std::string{write} == "answers")
        write_file(kSchemas + "/stream.json", bj::serialize(wanted) + "\n");
    JsonSchemas schemas{kSchemas};
    EXPECT_EQ(schemas.load("stream.json"), wanted) << "REFOLD_WRITE_GOLDEN=answers writes it anew";

    for (const auto& event : engine::test::one_event_of_each_kind())
    {
        auto message =
            bj::parse(bj::serialize(event_to_json({LogHeight{7}, 3}, {}, {0, 1}, event)));
        EXPECT_EQ(schemas.check("stream.json", message), std::nullopt) << message;
        auto& body = message.at("event").at("body").as_object();
        body.begin()->value().as_object()["unknown"] = 1;
        EXPECT_NE(schemas.check("stream.json", message), std::nullopt) << message;
    }
}

TEST_F(NodeAnswers, ThatRefuseAreProblemsWithAnExplainedCode)
{
    start();
    http::HttpClient client{*parse_endpoint(node->address(), 0)};
    HttpRequest request;
    JsonSchemas schemas{kSchemas};
    for (const auto* wrong : {"/v1/tabels", "/v1/tables/peg.deposit", "/v1/tables/probe.accounts/x",
             "/v1/tables/probe.accounts/77", "/v1/heights/x", "/v1/heights/1000000",
             "/v1/blocks/1000000", "/v1/proof/event/x", "/v1/checkpoint"})
    {
        request.path = wrong;
        const auto answer = client.send(request);
        ASSERT_TRUE(answer) << wrong;
        EXPECT_GE(answer->status, 400u) << wrong;
        const auto body = bj::parse(answer->body);
        EXPECT_EQ(schemas.check("problem.json", body), std::nullopt) << wrong;
        EXPECT_EQ(engine({"explain", std::string{body.at("code").as_string()}}).code, 0) << wrong;
    }
}

TEST_F(NodeAnswers, OfARunningProgramAreValid)
{
    engine::test::ChildProcess program{
        {std::string{REFOLD_BINARY_DIR} + "/bin/engine", "run", "--json", "--data", data,
            "--listen", "127.0.0.1:0", "--log.segment_bytes", "1MiB", "--log-level", "error"}};
    const auto line = program.read_line();
    program.end(SIGTERM);
    EXPECT_FALSE(line.empty());
    expect_lines(line, "run.json", {"run", "--json"});
}

TEST_F(NodeAnswers, OfVerifyNameARowThatIsNotWhatTheLogSays)
{
    start();
    for (int i = 1; i <= 6; ++i)
    {
        ASSERT_EQ(probe(i, i % 2, i).code, 0);
        if (i % 2 == 0)
        {
            ASSERT_EQ(ask({"checkpoint"}).code, 0);
        }
    }
    stop();
    {
        PosixDisk disk;
        PlantedRows rows{disk, data + "/state"};
        rows.put(probe::kAccounts.id, Bytes{0, 0, 0, 0, 0, 0, 0, 1},
            encode_row(probe::Account{3, 41'200}));
    }
    const auto said = people("verify-row", verify_program(), {"--data", data});
    EXPECT_EQ(said.code, 1);
    EXPECT_EQ(expect_valid(verify_program(), {"--data", data}).code, 1);
    std::filesystem::remove_all(data + "/state");
    people("replay-sealed", replay_program(), {"--data", data});
}

TEST_F(NodeAnswers, OfVerifyTellACheckpointThatIsNoneFromAWrongState)
{
    start();
    ASSERT_EQ(probe(1, 1, 1).code, 0);
    ASSERT_EQ(ask({"checkpoint"}).code, 0);
    stop();
    for (const auto& checkpoint : std::filesystem::directory_iterator{data + "/checkpoints"})
        std::filesystem::remove(checkpoint.path() / "checkpoint.mark");
    EXPECT_EQ(people("verify-checkpoint", verify_program(), {"--data", data}).code, 1);
}

TEST(Schemas, ThereIsOneForEveryCommandAndNoneForNothing)
{
    std::set<std::string> wanted{
        "common.json", "error.json", "openapi.json", "problem.json", "stream.json"};
    for (const auto& program : {engine_program(), replay_program(), verify_program()})
    {
        for (const auto& command : program.commands)
            wanted.insert(schema_of(program, command));
    }
    std::set<std::string> there;
    for (const auto& entry : std::filesystem::directory_iterator{kSchemas})
    {
        if (entry.path().extension() == ".json")
            there.insert(entry.path().filename());
    }
    EXPECT_EQ(there, wanted);
}

TEST(Schemas, RefuseWhatTheyDoNotKnow)
{
    JsonSchemas schemas{kSchemas};
    const auto wrong = [&](const char* file, const char* text) {
        return schemas.check(file, bj::parse(text)).has_value();
    };
    const std::string id(64, 'a');
    const auto restored = [&](const std::string& more, const std::string& hash) {
        return R"({"restored":false,"mark":null,"height":3,"hash":")" + hash + "\"" + more + "}";
    };
    EXPECT_FALSE(wrong("restored.json", restored("", id).c_str()));
    EXPECT_TRUE(wrong("restored.json", restored(R"(,"more":1)", id).c_str()));
    EXPECT_TRUE(wrong("restored.json", restored("", "a").c_str()));
    EXPECT_TRUE(wrong("restored.json", R"({"restored":false,"mark":null,"height":3})"));
    EXPECT_TRUE(wrong("restored.json", restored("", id).replace(12, 5, "null ").c_str()));
}
}  // namespace
}  // namespace engine::cli::test

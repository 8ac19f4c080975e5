#include "adapters/http/client.hpp"
#include "engine/base/hex.hpp"
#include "engine/cli/secret_file.hpp"
#include "engine/cli/url.hpp"
#include "engine/codec/codec.hpp"
#include "engine/codec/validate.hpp"
#include "engine/crypto/schnorr.hpp"
#include "engine/runtime/doors/route_roles.hpp"
#include "tests/cli/running_node_fixture.hpp"
#include "tests/support/certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <chrono>
#include <fstream>
#include <thread>

namespace engine::cli::test
{
namespace
{
namespace bj = boost::json;
using doors::Role;
using testing::HasSubstr;

LogTime in_ms(std::int64_t milliseconds)
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return LogTime{
        std::chrono::duration_cast<std::chrono::milliseconds>(now).count() + milliseconds};
}

/// A node whose door is kept: TLS and tokens, on loopback.
class KeptDoor : public RunningNodeFixture
{
protected:
    const engine::test::Certificates certificates{directory / "tls"};
    std::optional<SecretKey> key;
    std::string listen = "127.0.0.1:0";
    std::string require_token = "yes";
    NamedValues more;

    void SetUp() override
    {
        certificates.authority("authority");
        certificates.certificate("server", "authority", "IP:127.0.0.1");
        certificates.certificate("wallet", "authority", "DNS:wallet");
        init({"--probe"});
        auto read = read_key_file(key_file);
        ASSERT_TRUE(read);
        key = *std::move(read);
    }

    NamedValues settings() const
    {
        NamedValues out{{"listen", listen}, {"http.require_token", require_token},
            {"http.tls_certificate", certificates.path("server.crt")},
            {"http.tls_key", certificates.path("server.key")}};
        out.insert(out.end(), more.begin(), more.end());
        return out;
    }

    std::string why_not() const
    {
        const auto started = open(settings());
        return started ? "it started" : std::string{started.error().kind.code};
    }

    void start_kept() { start(settings()); }

    /// A file with a token that was made just now.
    std::string token(const std::string& name, const std::string& role)
    {
        const auto said = engine({"token", "add", name, "--role", role, "--data", data, "--json"});
        EXPECT_EQ(said.code, 0) << said.err;
        const auto path = directory / ("token-" + name);
        const auto text = std::string{bj::parse(said.out).at("token").as_string()};
        EXPECT_TRUE(make_private_file(path, text + "\n"));
        return path;
    }

    static std::string text_of(const std::string& token_file)
    {
        return read_secret(token_file, "")->reveal();
    }

    Said ask(std::vector<std::string> words, const std::string& token_file = "")
    {
        words.insert(words.end(), {"--node", node->address(), "--data", data, "--node.ca_file",
                                      certificates.path("authority.crt")});
        if (!token_file.empty())
            words.insert(words.end(), {"--token-file", token_file});
        return engine(words);
    }

    HttpResponse send(const std::string& method, const std::string& path,
        const std::string& authorization, std::string body = {}) const
    {
        const auto ca = certificates.read("authority.crt");
        auto endpoint = *parse_endpoint(node->address(), 0);
        endpoint.tls = *http::make_tls(http::TlsAsking{ca, {}, {}});
        HttpRequest request{method, path, {}, {}, {}, std::move(body)};
        if (!authorization.empty())
            request.headers = {{"Authorization", authorization}};
        http::HttpClient client{endpoint};
        const auto response = client.send(request);
        EXPECT_TRUE(response) << response.error().what;
        return response ? *response : HttpResponse{};
    }

    /// A signed probe, as `change` leaves it before it is signed.
    std::string probe(std::uint8_t id, std::uint64_t sequence, LogTime expiry,
        std::optional<GenesisId> genesis = {}, const SecretKey* signer = nullptr) const
    {
        probe::Probed body{.id = {}, .account = 7, .amount = 1};
        body.id.bytes[31] = id;
        const auto& by = signer != nullptr ? *signer : *key;
        Event event{Authorization{public_key(by), sequence, expiry, {}}, Body{body}};
        const auto of = genesis.value_or(*fixed_from_hex<GenesisId>(node->genesis()));
        std::get<Authorization>(event.author).signature =
            schnorr_sign(by, command_message(of, event).bytes, {});
        const auto bytes = encode_event(event);
        return {bytes.begin(), bytes.end()};
    }
};

std::string code_of(const HttpResponse& response)
{
    return std::string{bj::parse(response.body).at("code").as_string()};
}

TEST_F(KeptDoor, WithoutATokenOrAnAuthorityTheNodeDoesNotStart)
{
    EXPECT_EQ(why_not(), "RF-0122");
    more.emplace_back("http.tls_client_ca", certificates.path("authority.crt"));
    start_kept();
}

TEST_F(KeptDoor, AwayFromLoopbackATokenIsNeededWhateverIsSaid)
{
    listen = "192.0.2.1:0";  // Of no machine.
    require_token = "no";
    EXPECT_EQ(why_not(), "RF-0122");
    token("reader", "read");
    EXPECT_EQ(why_not(), "RF-0301") << "it goes as far as to listen there";
}

TEST_F(KeptDoor, AKeyThatOthersCanReadIsRefused)
{
    token("reader", "read");
    std::filesystem::permissions(certificates.path("server.key"),
        std::filesystem::perms::group_read, std::filesystem::perm_options::add);
    EXPECT_EQ(why_not(), "RF-0115");
}

TEST_F(KeptDoor, ACertificateWithoutItsKeyIsRefused)
{
    std::filesystem::copy_file(certificates.path("wallet.key"), certificates.path("server.key"),
        std::filesystem::copy_options::overwrite_existing);
    token("reader", "read");
    EXPECT_EQ(why_not(), "RF-0121");
}

TEST_F(KeptDoor, AListOfTokensThatIsNotWholeIsRefused)
{
    token("reader", "read");
    std::ofstream{data + "/tokens", std::ios::app} << "token 1 half";
    EXPECT_EQ(why_not(), "RF-0123");
}

TEST_F(KeptDoor, CommandsAreAnsweredWithATokenAndToldWhatIsWrongWithoutOne)
{
    const auto reader = token("reader", "read");
    start_kept();
    EXPECT_THAT(node->address(), testing::StartsWith("https://127.0.0.1:"));
    EXPECT_EQ(ask({"status", "--json"}, reader).code, 0);
    const auto stranger = ask({"status"});
    EXPECT_EQ(stranger.code, 1);
    EXPECT_THAT(stranger.err, HasSubstr("RF-0411"));
    EXPECT_THAT(stranger.err, HasSubstr("token-missing"));
    const auto weak = ask({"checkpoint"}, reader);
    EXPECT_EQ(weak.code, 1);
    EXPECT_THAT(weak.err, HasSubstr("RF-0412"));
    EXPECT_THAT(weak.err, HasSubstr("--role operate"));
    EXPECT_EQ(ask({"checkpoint"}, token("operator", "operate")).code, 1)
        << "a token that was made a moment ago";
    std::this_thread::sleep_for(std::chrono::milliseconds{1100});
    EXPECT_EQ(ask({"checkpoint"}, directory / "token-operator").code, 0);
}

TEST_F(KeptDoor, ACommandDoesNotTalkToAnotherCertificateNorShowItsTokenInTheClear)
{
    const auto reader = token("reader", "read");
    start_kept();
    const auto unknown =
        engine({"status", "--node", node->address(), "--data", data, "--token-file", reader});
    EXPECT_EQ(unknown.code, 2);
    EXPECT_THAT(unknown.err, HasSubstr("certificate verify failed"));
    const auto open =
        engine({"status", "--node", "http://192.0.2.1:1", "--data", data, "--token-file", reader});
    EXPECT_EQ(open.code, 78);
    EXPECT_THAT(open.err, HasSubstr("RF-0112"));
}

TEST_F(KeptDoor, AClientCertificateLetsItsOwnerInWithTheRoleOfThose)
{
    more.emplace_back("http.tls_client_ca", certificates.path("authority.crt"));
    start_kept();
    std::vector<std::string> shown{"--node.tls_certificate", certificates.path("wallet.crt"),
        "--node.tls_key", certificates.path("wallet.key")};
    std::vector<std::string> status{"status", "--json"};
    status.insert(status.end(), shown.begin(), shown.end());
    EXPECT_EQ(ask(status).code, 0);
    std::vector<std::string> checkpoint{"checkpoint"};
    checkpoint.insert(checkpoint.end(), shown.begin(), shown.end());
    EXPECT_THAT(ask(checkpoint).err, HasSubstr("RF-0412"));
    EXPECT_THAT(ask({"status"}).err, HasSubstr("RF-0411"));
}

TEST_F(KeptDoor, EveryEntryOfTheApiIsInTheTableOfRoles)
{
    const std::vector<std::pair<std::string, Role>> shown{{token("reader", "read"), Role::read},
        {token("sender", "submit"), Role::submit}, {token("operator", "operate"), Role::operate}};
    more.emplace_back("http.rate_each", "0");
    start_kept();
    for (const auto& route : doors::kRouteRoles)
    {
        auto path = std::string{route.pattern};
        for (const auto& [name, value] :
            std::vector<std::pair<std::string, std::string>>{{"{table}", "access.operators"},
                {"{key}", "x"}, {"{place}", "0.0"}, {"{height}", "0"}})
        {
            if (const auto at = path.find(name); at != std::string::npos)
                path.replace(at, name.size(), value);
        }
        if (path == "/v1/stream")
            path += "?after=bad";  // Otherwise its answer has no end.
        const std::string method{route.method};
        EXPECT_EQ(send(method, path, "").status, 401U) << path;
        for (const auto& [file, role] : shown)
        {
            const auto answer = send(method, path, "Bearer " + text_of(file));
            EXPECT_EQ(answer.status == 403, role < route.role) << path << " " << doors::name(role);
            EXPECT_NE(answer.status, 401U) << path;
            EXPECT_NE(answer.body.find("There is nothing at"), 0U) << path;
            EXPECT_EQ(answer.body.find("\"not_found\""), std::string::npos)
                << "the table has an entry that the API lacks: " << path;
        }
    }
}

TEST_F(KeptDoor, ARevokedTokenIsRefusedWithinASecond)
{
    const auto reader = token("reader", "read");
    token("other", "read");
    start_kept();
    ASSERT_EQ(ask({"status"}, reader).code, 0);
    ASSERT_EQ(engine({"token", "revoke", "reader", "--data", data}).code, 0);
    std::this_thread::sleep_for(std::chrono::milliseconds{1100});
    EXPECT_THAT(ask({"status"}, reader).err, HasSubstr("token-unknown"));
    EXPECT_EQ(engine({"token", "revoke", "reader", "--data", data}).code, 1);
}

TEST_F(KeptDoor, AListThatOthersCanReadLetsNobodyIn)
{
    const auto reader = token("reader", "read");
    start_kept();
    ASSERT_EQ(ask({"status"}, reader).code, 0);
    std::filesystem::permissions(
        data + "/tokens", std::filesystem::perms::others_read, std::filesystem::perm_options::add);
    std::this_thread::sleep_for(std::chrono::milliseconds{1100});
    EXPECT_THAT(ask({"status"}, reader).err, HasSubstr("RF-0411"));
}

TEST_F(KeptDoor, TokensAreKeptAsHashesWithModeSixHundred)
{
    const auto text = text_of(token("reader", "read"));
    std::ostringstream kept;
    kept << std::ifstream{data + "/tokens"}.rdbuf();
    EXPECT_THAT(kept.str(), HasSubstr("token 1 reader read "));
    EXPECT_THAT(kept.str(), testing::Not(HasSubstr(text.substr(16))));
    EXPECT_EQ(std::filesystem::status(data + "/tokens").permissions(),
        std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_EQ(engine({"token", "add", "reader", "--data", data}).code, 1);
    EXPECT_EQ(engine({"token", "add", "a/b", "--data", data}).code, 64);
    EXPECT_EQ(engine({"token", "add", "x", "--role", "root", "--data", data}).code, 64);
    EXPECT_EQ(engine({"token", "add", "x", "--expires-in", "0", "--data", data}).code, 64);
    const auto list = engine({"token", "list", "--json", "--data", data});
    EXPECT_EQ(bj::parse(list.out).at("tokens").as_array().size(), 1U);
    EXPECT_THAT(list.out, testing::Not(HasSubstr(text)));
}

TEST_F(KeptDoor, WhoAsksTooOftenIsToldToWait)
{
    more.emplace_back("http.rate_each", "2");
    const auto reader = "Bearer " + text_of(token("reader", "read"));
    start_kept();
    unsigned last = 0;
    for (int i = 0; i < 30 && last != 429; ++i)
        last = send("GET", "/livez", reader).status;
    EXPECT_EQ(last, 429U);
}

TEST_F(KeptDoor, ATokenIsNoAuthorityOverWhatIsRecorded)
{
    const auto sender = "Bearer " + text_of(token("operator", "operate"));
    start_kept();
    const auto submit = [&](std::string bytes) {
        return send("POST", "/v1/requests", sender, std::move(bytes));
    };
    const auto height = [&] {
        return bj::parse(send("GET", "/v1/status", sender).body).at("log").at("height");
    };
    const auto good = probe(1, 5, in_ms(60'000));
    ASSERT_EQ(submit(good).status, 200U);
    const auto before = height();

    EXPECT_EQ(bj::parse(submit(good).body).at("status"), "duplicate");
    EXPECT_EQ(code_of(submit(probe(2, 5, in_ms(60'000)))), "access-stale-sequence");
    EXPECT_EQ(code_of(submit(probe(2, 4, in_ms(60'000)))), "access-stale-sequence");
    EXPECT_EQ(code_of(submit(probe(2, 6, in_ms(-1000)))), "access-expired");
    EXPECT_EQ(code_of(submit(probe(2, 6, in_ms(11 * 60'000)))), "access-expiry-too-far");
    EXPECT_EQ(submit(probe(2, 6, in_ms(60'000), GenesisId{})).status, 400U) << "another log";
    std::array<std::uint8_t, 32> other_bytes{};
    other_bytes[31] = 9;
    const auto other = SecretKey::from(other_bytes);
    EXPECT_EQ(code_of(submit(probe(2, 6, in_ms(60'000), {}, &*other))), "access-unknown-key");
    auto forged = probe(2, 6, in_ms(60'000));
    forged[forged.size() / 2] = static_cast<char>(forged[forged.size() / 2] ^ 1);
    EXPECT_EQ(submit(forged).status, 400U);
    EXPECT_EQ(submit(std::string(65 * 1024, '\0')).status, 400U);
    EXPECT_EQ(height(), before) << "nothing of this was recorded";
    EXPECT_EQ(submit(probe(2, 6, in_ms(60'000))).status, 200U);
}

TEST(OpenDoor, IsRefusedByTheConfigurationBeforeAnythingIsOpened)
{
    const auto said = engine({"status", "--listen", "0.0.0.0:7117"});
    EXPECT_EQ(said.code, 78);
    EXPECT_THAT(said.err, HasSubstr("RF-0114"));
    EXPECT_EQ(engine({"status", "--http.tls_certificate", "a"}).code, 78);
    EXPECT_EQ(engine({"status", "--http.tls_client_ca", "a"}).code, 78);
}
}  // namespace
}  // namespace engine::cli::test

#include "engine/cli/secret_file.hpp"
#include "adapters/system/random.hpp"
#include "engine/crypto/schnorr.hpp"
#include "tests/cli/call.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <fstream>

namespace engine::cli::test
{
namespace
{
std::string file_with(const TemporaryDirectory& directory, std::string_view text, mode_t mode)
{
    const auto path = directory / "secret";
    std::ofstream{path} << text;
    ::chmod(path.c_str(), mode);
    return path;
}

std::string code_of(const Result<SecretText, OperatorError>& result)
{
    return result ? "" : std::string{result.error().kind.code};
}

TEST(SecretFile, OfItsOwnerAloneIsReadWithoutItsLineEnd)
{
    const TemporaryDirectory directory;
    const auto secret = read_secret(file_with(directory, "hunter2\n", 0600), "");
    ASSERT_TRUE(secret);
    EXPECT_EQ(secret->reveal(), "hunter2");
}

TEST(SecretFile, ThatAnybodyElseCanUseIsRefusedAndNotRepeated)
{
    const TemporaryDirectory directory;
    for (const mode_t mode : {0640u, 0604u, 0620u, 0610u, 0666u})
    {
        const auto secret = read_secret(file_with(directory, "hunter2\n", mode), "");
        EXPECT_EQ(code_of(secret), "RF-0115") << std::oct << mode;
        EXPECT_EQ(to_string(secret.error()).find("hunter2"), std::string::npos);
    }
}

TEST(SecretFile, ThatIsMissingEmptyOrNoFileIsRefused)
{
    const TemporaryDirectory directory;
    EXPECT_EQ(code_of(read_secret(directory / "nothing", "")), "RF-0116");
    EXPECT_EQ(code_of(read_secret(directory.path(), "")), "RF-0116");
    EXPECT_EQ(code_of(read_secret(file_with(directory, "\n", 0600), "")), "RF-0116");
    EXPECT_EQ(
        code_of(read_secret(file_with(directory, std::string(5000, 'x'), 0600), "")), "RF-0116");
}

TEST(SecretFile, MayBeADescriptor)
{
    int ends[2] = {};
    ASSERT_EQ(::pipe(ends), 0);
    ASSERT_EQ(::write(ends[1], "hunter2", 7), 7);
    ::close(ends[1]);
    const auto secret = read_secret("fd:" + std::to_string(ends[0]), "");
    ::close(ends[0]);
    ASSERT_TRUE(secret);
    EXPECT_EQ(secret->reveal(), "hunter2");
    EXPECT_EQ(code_of(read_secret("fd:x", "")), "RF-0116");
}

TEST(KeyFile, IsMadeForItsOwnerAloneAndReadBack)
{
    const TemporaryDirectory directory;
    SystemRandom random;
    const auto made = make_key_file(directory / "key", random);
    ASSERT_TRUE(made);
    struct stat info = {};
    ASSERT_EQ(::stat((directory / "key").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0600u);
    const auto read = read_key_file(directory / "key");
    ASSERT_TRUE(read);
    EXPECT_EQ(public_key(*read), public_key(*made));
}

TEST(KeyFile, IsNeverOverwritten)
{
    const TemporaryDirectory directory;
    SystemRandom random;
    ASSERT_TRUE(make_key_file(directory / "key", random));
    const auto again = make_key_file(directory / "key", random);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind.code, "RF-0309");
}

TEST(KeyFile, HoldsSixtyFourHexadecimalDigits)
{
    const TemporaryDirectory directory;
    EXPECT_FALSE(read_key_file(file_with(directory, "abcd\n", 0600)));
    EXPECT_FALSE(read_key_file(file_with(directory, std::string(64, '0'), 0600)));
    EXPECT_TRUE(read_key_file(file_with(directory, std::string(64, '1') + "\n", 0600)));
}
}  // namespace
}  // namespace engine::cli::test

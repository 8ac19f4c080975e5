#include "engine/cli/sudden_end.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

namespace engine::cli::test
{
namespace
{
void begin(const char* flag = nullptr)
{
    std::string program{"engine"};
    std::string word{flag != nullptr ? flag : "run"};
    char* words[] = {program.data(), word.data(), nullptr};
    name_sudden_ends(2, words);
}

/// On a thread where nobody catches it.
template <typename Exception>
void throw_past_everybody(const Exception& exception)
{
    std::thread{[&] { throw exception; }}.join();
}

class SuddenEnd : public testing::Test
{
protected:
    void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(SuddenEnd, WithoutMemoryIsNamedAndCouldNotTell)
{
    EXPECT_EXIT((begin(), std::get_new_handler()()), testing::ExitedWithCode(2),
        "error RF-0606: there is no memory\n +why .+\n +do .+");
}

TEST_F(SuddenEnd, WithoutMemoryIsAnObjectForPrograms)
{
    EXPECT_EXIT((begin("--json"), std::get_new_handler()()), testing::ExitedWithCode(2),
        "^\\{\"error\":\\{\"code\":\"RF-0606\".*\"exit_code\":2\\}\\}\n");
}

TEST_F(SuddenEnd, ByALibrarysOwnBadAllocIsTheSame)
{
    EXPECT_EXIT((begin(), throw_past_everybody(std::bad_alloc{})), testing::ExitedWithCode(2),
        "error RF-0606");
}

TEST_F(SuddenEnd, ByAnExceptionThatNobodyCatchesSaysItsReason)
{
    EXPECT_EXIT((begin(), throw_past_everybody(std::runtime_error{"out of pencils"})),
        testing::KilledBySignal(SIGABRT), "error RF-0605.*\n +why +out of pencils");
}
}  // namespace
}  // namespace engine::cli::test

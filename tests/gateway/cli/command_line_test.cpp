// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/command_line.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace gateway::cli;

namespace
{

struct Called
{
    int sandboxes = 0, serves = 0;
    SandboxOptions options;

    int run(std::vector<std::string> words)
    {
        words.insert(words.begin(), "apptgw");
        std::vector<char*> argv;
        for (auto& word : words)
            argv.push_back(word.data());
        const Commands commands{[this](gateway::settings::Settings, const auto&) { return ++serves, 4; },
                                [this](const SandboxOptions& given) {
                                    options = given;
                                    return ++sandboxes, 0;
                                },
                                nullptr};
        return run_command_line(static_cast<int>(argv.size()), argv.data(), commands);
    }
};

} // namespace

TEST(CommandLine, AnswersHelpAndVersionWithZero)
{
    for (const char* command : {"serve", "sandbox", "token", "unknown", "check-config", "version"})
        EXPECT_EQ(Called().run({command, "--help"}), ok) << command;
    EXPECT_EQ(Called().run({"--help"}), ok);
    EXPECT_EQ(Called().run({"version"}), ok);
}

TEST(CommandLine, RefusesWhatItDoesNotKnowAsUsage)
{
    for (const auto& words :
         {std::vector<std::string>{},
          {"fly"},
          {"serve"},
          {"unknown"},
          {"unknown", "list"},
          {"unknown", "resolve", "i1", "--config", "x", "--as", "booked"},
          {"unknown", "resolve", "i1", "--config", "x", "--as", "perhaps", "--by", "A", "--reason", "B"},
          {"sandbox", "--port", "x"},
          {"sandbox", "--date", "tomorrow"}})
        EXPECT_EQ(Called().run(words), usage);
}

TEST(CommandLine, NamesTheCommandsAndTheNearestOne)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"sevre", "did you mean `serve`?"},
        {"check", "did you mean `check-config`?"},
        {"tokens", "did you mean `token`?"},
        {"abracadabra", "There is no command `abracadabra`."},
        {"", "Say what to do."}};
    for (const auto& [word, sentence] : cases) {
        testing::internal::CaptureStderr();
        EXPECT_EQ(Called().run(word.empty() ? std::vector<std::string>{} : std::vector{word}), usage);
        const auto said = testing::internal::GetCapturedStderr();
        EXPECT_NE(said.find(sentence), std::string::npos) << said;
        EXPECT_NE(said.find("Commands: serve, sandbox, token, unknown, audit, store, practice, valve, "
                            "agreement, slot-type, consent, outbox, calendar, check-config, version."),
                  std::string::npos)
            << said;
    }
}

TEST(CommandLine, HandsSandboxOptionsOver)
{
    Called called;
    EXPECT_EQ(
        called.run({"sandbox", "--dir", "d", "--port", "0", "--seed", "7", "--date", "2026-11-23", "--once"}),
        ok);
    EXPECT_EQ(called.sandboxes, 1);
    EXPECT_EQ(called.options.dir, "d");
    EXPECT_EQ(called.options.seed, 7U);
    EXPECT_TRUE(called.options.date.has_value());
    EXPECT_TRUE(called.options.once);
}

TEST(CommandLine, DoesNotServeWithoutAUsableConfiguration)
{
    Called called;
    EXPECT_EQ(called.run({"serve", "--config", "/nonexistent/apptgw.toml"}), configuration);
    EXPECT_EQ(called.run({"check-config", "/nonexistent/apptgw.toml"}), configuration);
    EXPECT_EQ(called.serves, 0);
}

// SPDX-License-Identifier: Apache-2.0
#include "gateway/observability/log.hpp"

#include "gateway/observability/sensitive.hpp"

#include <gtest/gtest.h>

#include <concepts>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace gateway::observability;

namespace
{

class LogTest : public testing::Test
{
protected:
    LogTest()
    {
        set_output([this](std::string_view line) { lines_.emplace_back(line); });
    }
    ~LogTest() override
    {
        set_output({});
        set_level(Level::info);
    }

    std::vector<std::string>& written()
    {
        flush();
        return lines_;
    }

private:
    std::vector<std::string> lines_;
};

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) { out << value; };

} // namespace

TEST_F(LogTest, FlushWaitsForEverythingLoggedBefore)
{
    for (int i = 0; i < 100; ++i)
        log(Level::info, "tick", {{"n", i}});
    ASSERT_EQ(written().size(), 100U);
    EXPECT_NE(written().back().find(R"("event":"tick","n":99})"), std::string::npos);
}

TEST_F(LogTest, LinesBelowTheLevelAreDropped)
{
    log(Level::debug, "too_fine");
    set_level(Level::error);
    log(Level::warning, "too_mild");
    log(Level::error, "heard");
    ASSERT_EQ(written().size(), 1U);
    EXPECT_NE(written()[0].find(R"("level":"error","event":"heard")"), std::string::npos);
}

TEST_F(LogTest, LinesOfSeveralThreadsDoNotMix)
{
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([t] {
            for (int i = 0; i < 200; ++i)
                log(Level::info, "tick", {{"thread", t}, {"text", std::string(50, 'x')}});
        });
    threads.clear();
    ASSERT_EQ(written().size(), 800U);
    for (const auto& line : written())
        EXPECT_TRUE(line.starts_with(R"({"time":")") && line.ends_with("x\"}")) << line;
}

TEST(SensitiveValue, CanBeNeitherStreamedNorLogged)
{
    static_assert(!Streamable<Sensitive<std::string>>);
    static_assert(!std::convertible_to<Sensitive<std::string>, FieldValue>);
    static_assert(!std::constructible_from<FieldValue, Sensitive<std::string>>);
    static_assert(!std::convertible_to<Sensitive<std::string>, std::string>);
    EXPECT_EQ(Sensitive<std::string>("9990000018").reveal(), "9990000018");
    EXPECT_EQ(Sensitive<std::string>::redacted, "[redacted]");
}

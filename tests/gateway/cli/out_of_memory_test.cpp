// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/out_of_memory.hpp"

#include <gtest/gtest.h>

#include <new>

namespace
{

TEST(OutOfMemory, EndsTheProcessWithASentenceThatSaysWhatToDo)
{
    EXPECT_EXIT(
        {
            gateway::cli::end_when_out_of_memory();
            std::get_new_handler()(); // as operator new calls it
        },
        testing::ExitedWithCode(1), "out of memory.*Start it again");
}

} // namespace

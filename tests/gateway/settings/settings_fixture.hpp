// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/settings/settings.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace tests
{

/// A directory with every file that the samples name, and settings read from there.
class SettingsTest : public testing::Test
{
protected:
    SettingsTest();

    void write(const std::string& name, const std::string& text) const;
    static std::string sample(const std::string& name);

    /// The sample with one piece of text put in place of another.
    gateway::settings::Loaded with(const std::string& old_text, const std::string& new_text) const;
    gateway::settings::Loaded with_practices(const std::string& text) const;
    gateway::settings::Loaded load(const std::string& text,
                                   const std::vector<std::string>& environment = {}) const;
    /// All problems, one a line.
    static std::string problems(const gateway::settings::Loaded& loaded);

    TemporaryFolder folder_;
    const std::filesystem::path& directory_ = folder_.path();
};

} // namespace tests

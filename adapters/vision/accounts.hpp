// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/vision/calls.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace adapters::vision
{

/// Who asks, and whose record the account must open: for anybody else nothing is sent.
struct Speaker
{
    std::string credential;
    std::optional<fhir::NhsNumber> patient; ///< unset for the search identity
};

/// There are no sessions: what the accounts' configurations said is kept instead, for a few minutes, and read
/// anew when the supplier refuses what it led to. Shared by all threads.
class Accounts
{
public:
    using Configuration = std::shared_ptr<const WireConfiguration>;

    Accounts(const Calls& calls, const Clock& clock) : calls_(calls), clock_(clock) {}

    Awaitable<fhir::Result<Configuration>> configuration(Speaker speaker, Budget budget);
    /// Sends a question about the account's patient. A patient id that is refused is read anew and the
    /// question sent once more: the refusal says that nothing was done, so this is safe for writes too.
    Awaitable<fhir::Result<xml::Document>> send(Speaker speaker, Question question, Budget budget);

private:
    struct Kept
    {
        Configuration configuration;
        fhir::Instant since{};
    };

    Configuration kept(const std::string& credential);
    void keep(const std::string& credential, Configuration configuration);
    void forget(const std::string& credential);
    Awaitable<fhir::Result<Configuration>> fetch(Speaker speaker, Budget budget);
    Awaitable<fhir::Result<xml::Document>> ask(Speaker speaker, Question question, Budget budget);

    const Calls& calls_;
    const Clock& clock_;
    std::mutex mutex_;
    std::map<std::string, Kept> kept_;
};

} // namespace adapters::vision

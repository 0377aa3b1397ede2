// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/upstream/upstream.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <vector>

/// Answers of suppliers as files, and what puts them in the place of the right ones.
namespace tests
{

struct CorpusFile
{
    std::string name, text;
};

/// The files of one folder, by name; folders in it are left out.
inline std::vector<CorpusFile> corpus(const std::string& folder)
{
    std::vector<CorpusFile> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.is_regular_file()) {
            std::ifstream file(entry.path(), std::ios::binary);
            files.push_back({entry.path().filename().string(), {std::istreambuf_iterator<char>(file), {}}});
        }
    std::ranges::sort(files, {}, &CorpusFile::name);
    return files;
}

using UpstreamAnswer = fhir::Result<fhir::rest::Response>;

inline fhir::rest::Response answer_of(unsigned status, const std::string& type, const std::string& body)
{
    fhir::rest::Response response;
    response.status = status;
    if (!type.empty())
        response.headers.set("Content-Type", type);
    response.body.append(body);
    return response;
}

/// Stands between an adapter and its supplier: keeps what passes and lets a test spoil answers.
class SpoiledUpstream : public adapters::upstream::Upstream
{
public:
    explicit SpoiledUpstream(Upstream& far) : far_(far) {}

    adapters::Awaitable<UpstreamAnswer> send(adapters::upstream::Call call) override
    {
        if (before)
            before(call);
        const adapters::upstream::Call sent = call;
        ++calls[sent.operation];
        requests.push_back(sent.request);
        auto answer = co_await far_.send(std::move(call));
        if (spoil)
            spoil(sent, answer);
        co_return answer;
    }

    std::map<std::string, int> calls; ///< by operation
    std::vector<fhir::rest::Request> requests;
    std::function<void(adapters::upstream::Call&)> before;
    std::function<void(const adapters::upstream::Call&, UpstreamAnswer&)> spoil;

private:
    Upstream& far_;
};

/// What the upstream client makes of an answer that is too large, and of one that does not come.
inline fhir::Error lost(fhir::ErrorKind kind, const adapters::upstream::Call& call)
{
    fhir::Error error(kind);
    error.effect_is_possible(call.effect == adapters::upstream::Effect::write);
    return error;
}

} // namespace tests

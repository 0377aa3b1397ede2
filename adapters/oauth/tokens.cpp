// SPDX-License-Identifier: Apache-2.0
#include "adapters/oauth/tokens.hpp"

#include "adapters/json_tree.hpp"
#include "adapters/oauth/assertion.hpp"
#include "adapters/oauth/errors.hpp"

#include <algorithm>

namespace adapters::oauth
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;

constexpr std::chrono::seconds default_life{60};
constexpr std::chrono::seconds longest_life{3600};
constexpr std::size_t longest_token = 8192;

/// It goes into a header field (RFC 6750 section 2.1).
bool is_token(std::string_view text)
{
    return !text.empty() && text.size() <= longest_token &&
           std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

/// Renewed a little before its end, of a short one a quarter before.
std::chrono::seconds useful_life(std::chrono::seconds life)
{
    return life - std::min(std::chrono::seconds(30), life / 4);
}

std::chrono::seconds life_in(const Node& answer)
{
    const auto* value = member_of(answer, "expires_in");
    const auto seconds = value != nullptr && value->is_number() ? value->integer() : std::nullopt;
    if (!seconds || *seconds <= 0)
        return default_life;
    return std::chrono::seconds(std::min<std::int64_t>(*seconds, longest_life.count()));
}

Error not_a_token(std::string what)
{
    Error error(ErrorKind::supplier_malformed);
    error.from_supplier(std::move(what));
    return error;
}

} // namespace

Tokens::Tokens(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock,
               Random& random, Signing signing)
    : practice_(practice), clock_(clock), random_(random), signing_(signing), upstream_(&upstream)
{
    if (setting("client_id").empty())
        return;
    const auto url = setting("token_url");
    auto root = setting("service_root");
    if (!root.ends_with('/'))
        root += '/';
    if (url.empty() || (setting("client_secret").empty() && setting("private_key").empty())) {
        problem_ = "The practice's settings name a client_id but not its token_url and its secret or key.";
    } else if (url.starts_with(root)) {
        target_ = url.substr(root.size());
    } else {
        upstream::Endpoint endpoint;
        endpoint.name = practice.ods.text();
        endpoint.base_url = url;
        endpoint.ca_file = setting("token_ca_file");
        endpoint.max_response_bytes = 64 << 10;
        auto made = make_https_upstream(std::move(endpoint));
        if (made)
            own_ = std::move(*made);
        else
            problem_ = made.error().sentence();
        upstream_ = own_.get();
    }
}

std::string Tokens::setting(const std::string& name) const
{
    const auto found = practice_.settings.find(name);
    return found == practice_.settings.end() ? std::string() : found->second;
}

Awaitable<fhir::Result<std::string>> Tokens::get()
{
    if (setting("client_id").empty())
        co_return std::string();
    if (!problem_.empty()) {
        Error error(ErrorKind::access_denied, problem_);
        error.advise("Correct the settings of the practice.", fhir::Remedy::operator_);
        co_return std::unexpected(error);
    }
    {
        const std::lock_guard lock(mutex_);
        if (!token_.empty() && clock_.now() < good_until_)
            co_return token_;
    }
    co_return co_await fetch();
}

void Tokens::forget(const std::string& token)
{
    const std::lock_guard lock(mutex_);
    if (token_ == token)
        token_.clear();
}

fhir::Result<upstream::Call> Tokens::request()
{
    upstream::Call call;
    call.limit = practice_.read_limit;
    call.operation = "token";
    call.request.method = "POST";
    call.request.target = target_;
    call.request.headers.set("Accept", "application/json");
    call.request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    auto& body = call.request.body;
    body = "grant_type=client_credentials";
    if (const auto scope = setting("scope"); !scope.empty())
        body += "&scope=" + fhir::rest::percent_encode(scope);
    const auto client = setting("client_id");
    if (const auto key = setting("private_key"); !key.empty()) {
        auto assertion = sign_assertion({client, setting("token_url"), setting("key_id"),
                                         new_uuid(clock_, random_), clock_.now(), signing_},
                                        key);
        if (!assertion)
            return std::unexpected(assertion.error());
        body += "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
        body += "&client_assertion=" + *assertion;
    } else {
        call.request.headers.set("Authorization", basic_credentials(client, setting("client_secret")));
    }
    return call;
}

fhir::Result<std::string> Tokens::accept(const fhir::rest::Response& response)
{
    const auto type = response.headers.get("Content-Type");
    if (!fhir::rest::equal_ignoring_case(type.substr(0, type.find_first_of("; ")), "application/json"))
        return std::unexpected(not_a_token("token answer is not JSON"));
    const auto answer = Document::parse(response.body.view());
    if (!answer || !is_token(view_of(answer->root(), "access_token")) ||
        !fhir::rest::equal_ignoring_case(view_of(answer->root(), "token_type"), "bearer"))
        return std::unexpected(not_a_token("token answer holds no bearer token"));
    const std::lock_guard lock(mutex_);
    token_ = text_of(answer->root(), "access_token");
    good_until_ = clock_.now() + useful_life(life_in(answer->root()));
    return token_;
}

Awaitable<fhir::Result<std::string>> Tokens::fetch()
{
    auto call = request();
    if (!call)
        co_return std::unexpected(call.error());
    auto response = co_await upstream_->send(std::move(*call));
    if (!response)
        co_return std::unexpected(response.error());
    if (response->status != 200)
        co_return std::unexpected(token_error(*response));
    co_return accept(*response);
}

} // namespace adapters::oauth

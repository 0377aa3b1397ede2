// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/token.hpp"

#include "adapters/gpconnect/names.hpp"
#include "adapters/gpconnect/tree.hpp"
#include "fhir/model/base64url.hpp"

#include <array>
#include <chrono>

namespace adapters::gpconnect
{

namespace
{

constexpr std::string_view unsigned_header = R"({"alg":"none","typ":"JWT"})";
constexpr int life_seconds = 300;

std::int64_t unix_seconds(fhir::Instant moment)
{
    return std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count();
}

bool is_title(std::string_view word)
{
    constexpr std::array<std::string_view, 8> titles{"Dr", "Mr", "Mrs", "Ms", "Miss", "Mx", "Prof", "Sister"};
    for (auto title : titles)
        if (word == title || (word.ends_with('.') && word.substr(0, word.size() - 1) == title))
            return true;
    return false;
}

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    std::string word;
    for (char c : text) {
        if (c != ' ') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty())
        words.push_back(std::move(word));
    return words;
}

// Consumers name a person in one string; the token wants its parts. The last word is taken for the family
// name.
JsonValue name_tree(const std::string& user_name)
{
    auto words = words_of(user_name);
    if (words.empty())
        words.push_back("Unnamed");
    JsonValue name = JsonValue::object({{"family", JsonValue(words.back())}});
    words.pop_back();
    JsonValue given = JsonValue::array();
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i == 0 && is_title(words[i]))
            name.set("prefix", JsonValue::array({JsonValue(words[i])}));
        else
            given.items().push_back(JsonValue(words[i]));
    }
    if (!given.items().empty())
        name.set("given", std::move(given));
    return name;
}

JsonValue device_tree(const std::string& issuer)
{
    return JsonValue::object({
        {"resourceType", JsonValue("Device")},
        {"identifier", JsonValue::array({identifier_tree(issuer + "/id/device", issuer)})},
        {"model", JsonValue("apptgw appointment gateway")},
        {"version", JsonValue("0.1")},
    });
}

JsonValue organisation_tree(const Provenance& who)
{
    return JsonValue::object({
        {"resourceType", JsonValue("Organization")},
        {"identifier", JsonValue::array({identifier_tree(names::ods_system, who.organisation_ods)})},
        {"name", JsonValue(who.organisation_name.empty() ? who.organisation_ods : who.organisation_name)},
    });
}

JsonValue practitioner_tree(const Provenance& who, const std::string& user, const std::string& issuer)
{
    const std::string sds = who.sds_user_id.empty() ? "UNK" : who.sds_user_id;
    return JsonValue::object({
        {"resourceType", JsonValue("Practitioner")},
        {"id", JsonValue(user)},
        {"identifier", JsonValue::array({identifier_tree(names::sds_user_system, sds),
                                         identifier_tree(names::sds_role_profile_system, "UNK"),
                                         identifier_tree(issuer + "/id/user", user)})},
        {"name", JsonValue::array({name_tree(who.user_name)})},
    });
}

} // namespace

std::string build_token(const TokenFacts& facts, const Provenance& provenance)
{
    const std::string user = provenance.user_id.empty() ? "unnamed-user" : provenance.user_id;
    const auto issued = unix_seconds(facts.issued);
    const JsonValue payload = JsonValue::object({
        {"iss", JsonValue(facts.issuer)},
        {"sub", JsonValue(user)},
        {"aud", JsonValue(facts.audience)},
        {"exp", JsonValue(issued + life_seconds)},
        {"iat", JsonValue(issued)},
        {"reason_for_request", JsonValue("directcare")},
        {"requested_scope", JsonValue(facts.scope)},
        {"requesting_device", device_tree(facts.issuer)},
        {"requesting_organization", organisation_tree(provenance)},
        {"requesting_practitioner", practitioner_tree(provenance, user, facts.issuer)},
    });
    return fhir::base64url_encode(unsigned_header) + "." +
           fhir::base64url_encode(fhir::codec::to_json(payload)) + ".";
}

} // namespace adapters::gpconnect

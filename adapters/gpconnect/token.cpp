// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/token.hpp"

#include "adapters/gpconnect/names.hpp"
#include "adapters/gpconnect/tree.hpp"

#include <array>
#include <chrono>

namespace adapters::gpconnect
{

namespace
{

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view header = R"({"alg":"none","typ":"JWT"})";
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
        {"identifier", JsonValue::array({identifier_tree("https://apptgw.example/id/device", issuer)})},
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

JsonValue practitioner_tree(const Provenance& who, const std::string& user)
{
    const std::string sds = who.sds_user_id.empty() ? "UNK" : who.sds_user_id;
    return JsonValue::object({
        {"resourceType", JsonValue("Practitioner")},
        {"id", JsonValue(user)},
        {"identifier", JsonValue::array({identifier_tree(names::sds_user_system, sds),
                                         identifier_tree(names::sds_role_profile_system, "UNK"),
                                         identifier_tree("https://apptgw.example/id/user", user)})},
        {"name", JsonValue::array({name_tree(who.user_name)})},
    });
}

} // namespace

std::string base64url(std::string_view bytes)
{
    std::string out;
    std::uint32_t bits = 0;
    int held = 0;
    for (char c : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(c);
        for (held += 8; held >= 6; held -= 6)
            out += alphabet[(bits >> (held - 6)) & 63];
    }
    if (held > 0)
        out += alphabet[(bits << (6 - held)) & 63];
    return out;
}

std::optional<std::string> from_base64url(std::string_view text)
{
    if (text.size() % 4 == 1)
        return std::nullopt;
    std::string out;
    std::uint32_t bits = 0;
    int held = 0;
    for (char c : text) {
        const auto digit = alphabet.find(c);
        if (digit == std::string_view::npos)
            return std::nullopt;
        bits = (bits << 6) | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out += static_cast<char>((bits >> held) & 255);
        }
    }
    return out;
}

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
        {"requesting_practitioner", practitioner_tree(provenance, user)},
    });
    return base64url(header) + "." + base64url(fhir::codec::to_json(payload)) + ".";
}

} // namespace adapters::gpconnect

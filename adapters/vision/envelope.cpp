// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/envelope.hpp"

#include "adapters/vision/soap_names.hpp"

namespace adapters::vision
{

using xml::Element;
using xml::NewElement;

namespace
{

/// Followed by 32 hexadecimal digits.
std::string new_id(std::string_view prefix, const Clock& clock, Random& random)
{
    auto digits = new_uuid(clock, random);
    std::erase(digits, '-');
    return std::string(prefix) + digits;
}

NewElement token_of(const Signer& signer, const std::string& id)
{
    return NewElement("wsse:BinarySecurityToken", {{"EncodingType", std::string(base64_encoding)},
                                                   {"ValueType", std::string(x509_token)},
                                                   {"wsu:Id", id}})
        .text(signer.certificate());
}

NewElement key_info_of(const std::string& token_id)
{
    NewElement reference("wsse:Reference", {{"URI", "#" + token_id}, {"ValueType", std::string(x509_token)}});
    return NewElement("KeyInfo").add(NewElement("wsse:SecurityTokenReference").add(reference));
}

/// The signed parts are written in their canonical form: what is signed is what stands there.
std::string signature_element(const std::string& signed_info, const std::string& value,
                              const std::string& token_id)
{
    return "<Signature xmlns=\"" + std::string(ds_space) + "\">" + signed_info +
           NewElement("SignatureValue").text(value).str() + key_info_of(token_id).str() + "</Signature>";
}

/// Of a request's header.
struct Security
{
    explicit Security(const Element& header) : element(header.child(wsse_space, "Security")) {}

    Element signature() const { return element.child(ds_space, "Signature"); }
    Element signed_info() const { return signature().child(ds_space, "SignedInfo"); }
    Element reference() const { return signed_info().child(ds_space, "Reference"); }
    Element timestamp() const { return element.child(wsu_space, "Timestamp"); }
    std::string stamp(std::string_view name) const
    {
        return trimmed(timestamp().child(wsu_space, name).text());
    }
    SignedTimestamp signed_timestamp() const
    {
        return {std::string(timestamp().attribute(wsu_space, "Id")), stamp("Created"), stamp("Expires")};
    }

    Element element;
};

bool has_expected_algorithms(const Security& security)
{
    const auto algorithm = [](const Element& parent, std::string_view name) {
        return parent.child(ds_space, name).attribute("Algorithm");
    };
    const auto reference = security.reference();
    return algorithm(security.signed_info(), "CanonicalizationMethod") == exclusive_c14n &&
           algorithm(security.signed_info(), "SignatureMethod") == rsa_sha1 &&
           algorithm(reference.child(ds_space, "Transforms"), "Transform") == exclusive_c14n &&
           algorithm(reference, "DigestMethod") == sha1;
}

bool is_current(const SignedTimestamp& timestamp, fhir::Instant now, std::chrono::seconds skew)
{
    const auto created = fhir::parse_instant(timestamp.created);
    const auto expires = fhir::parse_instant(timestamp.expires);
    return created && expires && *created <= now + skew && now < *expires + skew;
}

} // namespace

fhir::Result<std::string> sealed(const NewElement& request, const std::string& user_name,
                                 const Signer& signer, const Clock& clock, Random& random)
{
    const auto now = clock.now();
    const SignedTimestamp timestamp{new_id("TS-", clock, random), timestamp_text(now),
                                    timestamp_text(now + timestamp_life)};
    const auto signed_info = canonical_signed_info(timestamp.id, sha1_of(timestamp.canonical()));
    const auto value = signer.sign(signed_info);
    if (!value)
        return std::unexpected(value.error());
    const auto token_id = new_id("X509-", clock, random);
    NewElement user("wsse:UsernameToken", {{"wsu:Id", new_id("UsernameToken-", clock, random)}});
    user.add("wsse:Username", user_name);
    return "<soapenv:Envelope xmlns:soapenv=\"" + std::string(soap_space) +
           "\"><soapenv:Header xmlns:wsa=\"" + std::string(wsa_space) + "\"><wsse:Security xmlns:wsu=\"" +
           std::string(wsu_space) + "\" xmlns:wsse=\"" + std::string(wsse_space) + "\">" + user.str() +
           token_of(signer, token_id).str() + signature_element(signed_info, *value, token_id) +
           timestamp.canonical() + "</wsse:Security><wsa:Action>Vision</wsa:Action>" +
           NewElement("wsa:MessageID").text("uuid:" + new_uuid(clock, random)).str() +
           "</soapenv:Header><soapenv:Body>" + request.str() + "</soapenv:Body></soapenv:Envelope>";
}

std::string_view objection_to_header(const Element& envelope, const Known& known, fhir::Instant now,
                                     std::chrono::seconds skew)
{
    const Security security(envelope.child(soap_space, "Header"));
    const auto user = security.element.child(wsse_space, "UsernameToken").child(wsse_space, "Username");
    const auto token = security.element.child(wsse_space, "BinarySecurityToken");
    const auto timestamp = security.signed_timestamp();
    const auto digest = trimmed(security.reference().child(ds_space, "DigestValue").text());
    const auto value = trimmed(security.signature().child(ds_space, "SignatureValue").text());
    if (trimmed(user.text()) != known.user_name)
        return "The user is not known";
    if (trimmed(token.text()) != known.verifier.certificate())
        return "The certificate is not known";
    if (timestamp.id.empty() || !is_current(timestamp, now, skew))
        return "The message has expired";
    if (!has_expected_algorithms(security) || security.reference().attribute("URI") != "#" + timestamp.id)
        return "The signature does not cover the timestamp as it must";
    if (digest != sha1_of(timestamp.canonical()))
        return "The digest is not that of the timestamp";
    if (known.checks_signature &&
        !known.verifier.accepts(canonical_signed_info(timestamp.id, digest), value))
        return "The signature is not valid";
    return {};
}

} // namespace adapters::vision

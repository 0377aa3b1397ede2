// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// Names of SOAP 1.1, WS-Security 1.0 and XML Signature, as far as Vision uses them.
namespace adapters::vision
{

inline constexpr std::string_view soap_space = "http://schemas.xmlsoap.org/soap/envelope/";
inline constexpr std::string_view wsa_space = "http://www.w3.org/2005/08/addressing";
inline constexpr std::string_view wsse_space =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
inline constexpr std::string_view wsu_space =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
inline constexpr std::string_view ds_space = "http://www.w3.org/2000/09/xmldsig#";
inline constexpr std::string_view base64_encoding =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";
inline constexpr std::string_view x509_token =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";
inline constexpr std::string_view exclusive_c14n = "http://www.w3.org/2001/10/xml-exc-c14n#";
inline constexpr std::string_view rsa_sha1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
inline constexpr std::string_view sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";

/// Of every element of Vision's own, in requests and replies.
inline constexpr std::string_view vision_space = "urn:vision";

} // namespace adapters::vision

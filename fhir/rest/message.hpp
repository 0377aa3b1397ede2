// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/rest/out_buffer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fhir::rest
{

/// Header fields in order of arrival; names compare without case.
class Headers
{
public:
    using Field = std::pair<std::string, std::string>;

    void set(std::string_view name, std::string value); ///< replaces all of that name
    void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
    /// First value of that name, empty when absent.
    std::string_view get(std::string_view name) const;
    bool has(std::string_view name) const;
    std::size_t count(std::string_view name) const;
    /// All values of that name joined with `, `.
    std::string all(std::string_view name) const;
    void remove(std::string_view name);
    const std::vector<Field>& fields() const { return fields_; }

private:
    std::vector<Field> fields_;
};

bool equal_ignoring_case(std::string_view a, std::string_view b);

/// A parsed HTTP request, whoever sends it: consumers to the gateway, adapters to suppliers, tests to
/// simulators.
struct Request
{
    std::string method = "GET";
    /// Origin form, still percent-encoded: `/fhir/R4/Slot?status=free`.
    std::string target;
    Headers headers;
    std::string body;

    /// Facts of the connection, set by the server.
    std::string peer_address;
    /// RFC 4514 subject of the verified client certificate; empty without one.
    std::string client_certificate_subject;
    /// SHA-256 of the verified client certificate (lower-case hex); empty without one.
    std::string client_certificate_sha256;

    std::string_view path() const;  ///< target up to `?`
    std::string_view query() const; ///< target after `?`, empty without one
};

struct Response
{
    /// What the server does with the connection besides sending the answer.
    enum class Delivery
    {
        normal,
        close,    ///< answer, then close
        drop,     ///< send nothing and cut the connection (simulated faults only)
        truncate, ///< send half of the body and cut the connection (simulated faults only)
    };

    unsigned status = 200;
    Headers headers;
    OutBuffer body;
    Delivery delivery = Delivery::normal;
};

/// `https://gateway.example.net` of `https://gateway.example.net/fhir/R4`; the text itself when it is no URL.
std::string_view origin_of(std::string_view url);

/// Percent-decodes a path segment or a query part; `+` becomes a blank only when `plus_is_space`. Nothing on
/// a bad escape,
/// `%00`, or a result that is not UTF-8.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
/// Percent-encodes everything but RFC 3986 unreserved characters and those in `keep`.
std::string percent_encode(std::string_view text, std::string_view keep = {});

/// `a=1&b=2` as decoded pairs in order; nothing on a bad escape. `+` is a blank.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

} // namespace fhir::rest

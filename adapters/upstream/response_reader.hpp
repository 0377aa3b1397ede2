// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"

#include <memory>
#include <optional>
#include <string>

namespace adapters::upstream
{

struct ResponseLimits
{
    std::size_t max_header_bytes = 32768;
    std::size_t max_header_fields = 128;
    std::size_t max_body_bytes = 8 << 20;
};

/// Turns the bytes of a supplier into one answer, without any I/O. Suppliers are not trusted: two lengths,
/// unknown codings, endless heads, chunk extensions or interim answers, and gzip bombs are malformed. Trailer
/// fields are left out.
class ResponseReader
{
public:
    enum class State
    {
        head,
        body,
        ready,
        malformed
    };

    /// `head_method`: the request was HEAD, so there is no body whatever the head says.
    ResponseReader(ResponseLimits limits, bool head_method);
    ~ResponseReader();

    /// Eats what it used of `input`. What is left once `ready` was not asked for.
    State advance(std::string& input);
    /// The supplier has closed its side properly: the end of a body without length.
    State end_of_stream();
    fhir::rest::Response take();
    /// After `ready`: the supplier keeps the connection open.
    bool keep_alive() const { return keep_alive_; }
    /// What is malformed, as a sentence.
    const std::string& reason() const { return reason_; }

private:
    struct Parser;

    State read_head(std::string& input);
    State read_body(std::string& input);
    State accept_head(std::string_view bytes);
    State malformed(std::string reason);
    State finish();

    ResponseLimits limits_;
    bool head_method_;
    State state_ = State::head;
    bool keep_alive_ = false;
    std::size_t searched_ = 0;
    unsigned interim_answers_ = 0;
    std::string reason_;
    std::unique_ptr<Parser> parser_;
    fhir::rest::Response response_;
};

} // namespace adapters::upstream

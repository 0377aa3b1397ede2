// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/http/request_policy.hpp"

#include <memory>
#include <string>

namespace gateway::http
{

/// Turns the bytes of a connection into whole requests, one after the other, without any I/O: the request
/// policy on the raw head, Beast's parser as a second opinion on it and for the body. What the two do not
/// both accept is refused.
///
/// Feed: append bytes to `input`, call advance(); it eats what it used and leaves the rest (pipelined
/// requests) for the next call.
class RequestReader
{
public:
    enum class State
    {
        head,    ///< more of the head is needed
        body,    ///< more of the body is needed
        ready,   ///< take() it
        refused, ///< see error(); nothing after this can be trusted
    };

    /// `policy` must outlive the reader.
    explicit RequestReader(const RequestPolicy& policy);
    ~RequestReader();
    RequestReader(RequestReader&&) noexcept;

    State advance(std::string& input);
    /// True once per request that waits for `100 Continue` before it sends its body.
    bool take_expectation();
    fhir::rest::Request take();
    const fhir::Error& error() const { return *error_; }

    /// Of the request last begun.
    bool keep_alive() const { return keep_alive_; }
    bool http_1_0() const { return http_1_0_; }
    bool head_method() const { return head_method_; }
    std::size_t body_bytes() const { return body_bytes_; }

private:
    struct Parser;

    State read_head(std::string& input);
    State read_body(std::string& input);
    State refuse(fhir::Error error);
    State finish();

    const RequestPolicy* policy_;
    State state_ = State::head;
    std::size_t searched_ = 0;
    std::size_t body_bytes_ = 0;
    bool blank_skipped_ = false;
    bool between_chunks_ = false;
    bool keep_alive_ = false;
    bool http_1_0_ = false;
    bool head_method_ = false;
    bool expects_continue_ = false;
    std::unique_ptr<Parser> parser_;
    std::optional<fhir::Error> error_;
};

} // namespace gateway::http

// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/response_reader.hpp"

#include "adapters/transport/http_head.hpp"
#include "adapters/upstream/gunzip.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace beast = boost::beast;

namespace adapters::upstream
{
namespace
{

using fhir::rest::equal_ignoring_case;
using transport::Head;
using transport::HeadField;

constexpr std::size_t most_bytes_between_chunks = 1024;
constexpr unsigned most_interim_answers = 8;

/// An empty string when the framing of the body is beyond doubt (RFC 9112 section 6).
std::string framing_problem(const Head& head)
{
    const HeadField* coding = head.find("Transfer-Encoding");
    const HeadField* length = head.find("Content-Length");
    if (head.count("Transfer-Encoding") > 1 || head.count("Content-Length") > 1 || (coding && length))
        return "its length is given more than once";
    if (coding && !equal_ignoring_case(coding->value, "chunked"))
        return "its transfer coding is not known";
    std::uint64_t ignored = 0;
    if (length && !transport::parse_length(length->value, ignored))
        return "its length is not a number";
    return {};
}

bool is_hop_by_hop(std::string_view name)
{
    return equal_ignoring_case(name, "Connection") || equal_ignoring_case(name, "Keep-Alive") ||
           equal_ignoring_case(name, "Transfer-Encoding") || equal_ignoring_case(name, "Content-Length");
}

} // namespace

struct ResponseReader::Parser
{
    beast::http::response_parser<beast::http::string_body> beast_parser;
};

ResponseReader::ResponseReader(ResponseLimits limits, bool head_method)
    : limits_(limits), head_method_(head_method)
{}

ResponseReader::~ResponseReader() = default;

ResponseReader::State ResponseReader::malformed(std::string reason)
{
    reason_ = std::move(reason);
    return state_ = State::malformed;
}

ResponseReader::State ResponseReader::advance(std::string& input)
{
    while (state_ == State::head) {
        const auto before = interim_answers_;
        read_head(input);
        if (state_ == State::head && interim_answers_ == before)
            break;
    }
    return state_ == State::body ? read_body(input) : state_;
}

ResponseReader::State ResponseReader::read_head(std::string& input)
{
    const auto scan = transport::find_head(input, searched_);
    if (scan.state == transport::HeadScan::State::bare_line_feed)
        return malformed("a header line does not end with CR LF");
    if ((scan.state == transport::HeadScan::State::incomplete ? input.size() : scan.length) >
        limits_.max_header_bytes)
        return malformed("its header is too large");
    if (scan.state == transport::HeadScan::State::incomplete) {
        searched_ = input.size();
        return state_;
    }
    accept_head(std::string_view(input).substr(0, scan.length));
    input.erase(0, scan.length);
    searched_ = 0;
    return state_;
}

ResponseReader::State ResponseReader::accept_head(std::string_view bytes)
{
    const auto head = transport::split_head(bytes, {limits_.max_header_fields, false});
    if (!head)
        return malformed("its header is not well-formed");
    const auto problem = framing_problem(*head);
    if (!problem.empty())
        return malformed(problem);
    parser_ = std::make_unique<Parser>();
    auto& parser = parser_->beast_parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.max_header_bytes));
    parser.body_limit(limits_.max_body_bytes);
    parser.skip(head_method_);
    beast::error_code error;
    const auto used = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
    if (error == beast::http::error::body_limit)
        return malformed("its body is too large");
    if ((error && error != beast::http::error::need_more) || !parser.is_header_done() || used != bytes.size())
        return malformed("its header is not well-formed");
    response_.status = parser.get().result_int();
    if (response_.status == 101 || response_.status < 100)
        return malformed("its status has no meaning here");
    if (response_.status < 200)
        return ++interim_answers_ > most_interim_answers ? malformed("too many interim answers") : state_;
    for (const HeadField& field : head->fields) {
        if (!is_hop_by_hop(field.name))
            response_.headers.add(std::string(field.name), std::string(field.value));
    }
    parser.eager(true);
    return state_ = State::body;
}

ResponseReader::State ResponseReader::read_body(std::string& input)
{
    auto& parser = parser_->beast_parser;
    if (parser.is_done())
        return finish();
    if (input.empty())
        return state_;
    beast::error_code error;
    const auto used = parser.put(boost::asio::buffer(input), error);
    if (error == beast::http::error::body_limit)
        return malformed("its body is too large");
    if (error && error != beast::http::error::need_more)
        return malformed("its body is not well-formed");
    input.erase(0, used);
    if (parser.is_done())
        return finish();
    if (parser.chunked() && input.size() > most_bytes_between_chunks)
        return malformed("a chunk has no plain size");
    return state_;
}

ResponseReader::State ResponseReader::end_of_stream()
{
    if (state_ != State::body || !parser_->beast_parser.need_eof())
        return malformed("it ends too early");
    beast::error_code error;
    parser_->beast_parser.put_eof(error);
    return error ? malformed("it ends too early") : finish();
}

/// The body as it was meant: unpacked when the supplier packed it.
ResponseReader::State ResponseReader::finish()
{
    auto& parser = parser_->beast_parser;
    keep_alive_ = parser.keep_alive() && !parser.need_eof();
    std::string& body = parser.get().body();
    const std::string_view coding = response_.headers.get("Content-Encoding");
    if (!coding.empty() && !equal_ignoring_case(coding, "identity") && !body.empty()) {
        if (!equal_ignoring_case(coding, "gzip") || response_.headers.count("Content-Encoding") > 1)
            return malformed("its content coding is not known");
        auto plain = gunzip(body, limits_.max_body_bytes);
        if (!plain)
            return malformed("its gzip body is damaged or too large");
        body = std::move(*plain);
        response_.headers.remove("Content-Encoding");
    }
    if (!body.empty()) {
        response_.body.reserve(body.size());
        response_.body.append(body);
    }
    return state_ = State::ready;
}

fhir::rest::Response ResponseReader::take()
{
    return std::move(response_);
}

} // namespace adapters::upstream

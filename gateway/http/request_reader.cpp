// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/request_reader.hpp"

#include "adapters/transport/http_head.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <functional>

namespace beast = boost::beast;

namespace gateway::http
{
namespace
{

using fhir::Error;
using fhir::ErrorKind;

/// Between two chunks there is a size line and nothing else: longer is a chunk extension or a trailer in the
/// making.
constexpr std::size_t most_bytes_between_chunks = 64;

Error as_error(const beast::error_code& error)
{
    if (error == beast::http::error::body_limit)
        return Error(ErrorKind::body_too_large);
    if (error == beast::http::error::header_limit)
        return Error(ErrorKind::headers_too_large);
    return Error(ErrorKind::malformed, "The request is not well-formed HTTP/1.1.");
}

/// Whether what Beast has left between two chunks is a last chunk followed by anything but the final empty
/// line. Beast itself, fed in small pieces, finds the end of a trailer where there is none.
bool starts_trailer(std::string_view rest)
{
    if (rest.starts_with("\r\n"))
        rest.remove_prefix(2);
    const auto zeros = rest.find_first_not_of('0');
    if (zeros == 0 || zeros == std::string_view::npos || !rest.substr(zeros).starts_with("\r\n"))
        return false;
    rest.remove_prefix(zeros + 2);
    return !std::string_view("\r\n").starts_with(rest.substr(0, 2));
}

} // namespace

struct RequestReader::Parser
{
    using ChunkHeader = std::function<void(std::uint64_t, beast::string_view, beast::error_code&)>;

    explicit Parser(RequestHead checked) : head(std::move(checked)) {}

    std::size_t field_count() const
    {
        return static_cast<std::size_t>(std::distance(beast_parser.get().begin(), beast_parser.get().end()));
    }

    RequestHead head;
    beast::http::request_parser<beast::http::string_body> beast_parser;
    ChunkHeader refuse_extensions = [](std::uint64_t, beast::string_view extensions,
                                       beast::error_code& error) {
        if (!extensions.empty())
            error = beast::http::error::bad_chunk_extension;
    };
};

RequestReader::RequestReader(const RequestPolicy& policy) : policy_(&policy) {}
RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;

RequestReader::State RequestReader::refuse(Error error)
{
    error_ = std::move(error);
    keep_alive_ = false;
    return state_ = State::refused;
}

RequestReader::State RequestReader::advance(std::string& input)
{
    if (state_ == State::head)
        return read_head(input);
    if (state_ == State::body)
        return read_body(input);
    return state_;
}

RequestReader::State RequestReader::read_head(std::string& input)
{
    // RFC 9112 2.2: some clients end a body with an empty line too many.
    if (!blank_skipped_ && input.starts_with("\r\n")) {
        input.erase(0, 2);
        blank_skipped_ = true;
        searched_ = 0;
    }
    const auto scan = adapters::transport::find_head(input, searched_);
    if (scan.state == adapters::transport::HeadScan::State::bare_line_feed)
        return refuse(Error(ErrorKind::malformed, "A header line does not end with CR LF."));
    if (scan.state == adapters::transport::HeadScan::State::incomplete) {
        searched_ = input.size();
        auto fits = check_unfinished_head(input, *policy_);
        return fits ? state_ : refuse(fits.error());
    }
    auto checked = check_head(std::string_view(input).substr(0, scan.length), *policy_);
    if (!checked)
        return refuse(checked.error());
    keep_alive_ = checked->keep_alive;
    http_1_0_ = checked->http_1_0;
    head_method_ = checked->request.method == "HEAD";
    expects_continue_ = checked->expects_continue && checked->has_body();
    parser_ = std::make_unique<Parser>(std::move(*checked));

    auto& parser = parser_->beast_parser;
    parser.header_limit(static_cast<std::uint32_t>(policy_->max_header_bytes));
    parser.body_limit(policy_->max_body_bytes);
    beast::error_code error;
    const auto used = parser.put(boost::asio::buffer(input.data(), scan.length), error);
    if (error && error != beast::http::error::need_more)
        return refuse(as_error(error));
    if (!parser.is_header_done() || used != scan.length || parser.chunked() != parser_->head.chunked)
        return refuse(Error(ErrorKind::malformed, "The request is not well-formed HTTP/1.1."));
    input.erase(0, scan.length);
    parser.eager(true);
    if (parser.chunked())
        parser.on_chunk_header(parser_->refuse_extensions);
    state_ = State::body;
    return read_body(input);
}

RequestReader::State RequestReader::read_body(std::string& input)
{
    auto& parser = parser_->beast_parser;
    if (!parser_->head.has_body())
        return finish();
    if (input.empty())
        return state_;
    if (parser.chunked() && between_chunks_ && starts_trailer(input))
        return refuse(Error(ErrorKind::malformed, "A request body must not end with trailer fields."));
    const auto fields = parser_->field_count();
    beast::error_code error;
    const auto used = parser.put(boost::asio::buffer(input), error);
    if (error && error != beast::http::error::need_more)
        return refuse(as_error(error));
    input.erase(0, used);
    body_bytes_ = parser.get().body().size();
    // Beast merges trailer fields into the header: they must not decide anything, so they are not let in.
    between_chunks_ = !input.empty();
    const bool unfinished = parser.chunked() && !parser.is_done() && between_chunks_;
    if (parser_->field_count() != fields || (unfinished && starts_trailer(input)))
        return refuse(Error(ErrorKind::malformed, "A request body must not end with trailer fields."));
    if (parser.is_done())
        return finish();
    // Beast waits for a CR LF that a client writing bare LF never sends.
    const bool bare = parser.chunked() && adapters::transport::find_head(input).state ==
                                              adapters::transport::HeadScan::State::bare_line_feed;
    if (bare || (parser.chunked() && input.size() > most_bytes_between_chunks))
        return refuse(Error(ErrorKind::malformed, "A chunk of the request body has no plain size."));
    return state_;
}

RequestReader::State RequestReader::finish()
{
    expects_continue_ = false;
    return state_ = State::ready;
}

bool RequestReader::take_expectation()
{
    return std::exchange(expects_continue_, false);
}

fhir::rest::Request RequestReader::take()
{
    fhir::rest::Request request = std::move(parser_->head.request);
    request.body = std::move(parser_->beast_parser.get().body());
    parser_.reset();
    state_ = State::head;
    searched_ = 0;
    blank_skipped_ = false;
    between_chunks_ = false;
    body_bytes_ = 0;
    return request;
}

} // namespace gateway::http

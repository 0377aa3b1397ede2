// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/request_policy.hpp"
#include "gateway/http/request_reader.hpp"

#include <gtest/gtest.h>

#include <optional>

using fhir::ErrorKind;
using gateway::http::RequestPolicy;
using gateway::http::RequestReader;
using State = RequestReader::State;

namespace
{

struct Case
{
    std::string name;
    std::string bytes;
    std::optional<ErrorKind> refusal; ///< nothing: it is let in
};

std::string get(const std::string& fields, const std::string& target = "/")
{
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
}

std::string post(const std::string& fields, const std::string& body)
{
    return "POST / HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n" + body;
}

std::string chunked(const std::string& body)
{
    return post("Transfer-Encoding: chunked\r\n", body);
}

RequestPolicy policy()
{
    RequestPolicy rules;
    rules.max_header_bytes = 8192;
    rules.max_target_bytes = 4096;
    rules.max_body_bytes = 1000;
    rules.host_names = {"localhost"};
    return rules;
}

/// Everything at once: the error, or nothing when a whole request was let in.
std::optional<ErrorKind> verdict(const std::string& bytes)
{
    const RequestPolicy rules = policy();
    RequestReader reader(rules);
    std::string input = bytes;
    const State state = reader.advance(input);
    if (state == State::refused)
        return reader.error().kind();
    EXPECT_EQ(state, State::ready);
    return std::nullopt;
}

/// The same bytes one by one.
std::optional<ErrorKind> verdict_bytewise(const std::string& bytes)
{
    const RequestPolicy rules = policy();
    RequestReader reader(rules);
    std::string input;
    for (const char byte : bytes) {
        input += byte;
        const State state = reader.advance(input);
        if (state == State::refused)
            return reader.error().kind();
        if (state == State::ready)
            break;
    }
    return std::nullopt;
}

constexpr auto malformed = ErrorKind::malformed;

class RequestPolicyCase : public testing::TestWithParam<Case>
{};

TEST_P(RequestPolicyCase, IsReadOrRefusedAsTheRuleSays)
{
    EXPECT_EQ(verdict(GetParam().bytes), GetParam().refusal);
}

TEST_P(RequestPolicyCase, IsJudgedTheSameByteByByte)
{
    EXPECT_EQ(verdict_bytewise(GetParam().bytes), GetParam().refusal);
}

const std::string body_field = "Content-Length: 3\r\n";

const Case cases[] = {
    {"plain", get(""), {}},
    {"body", post(body_field, "abc"), {}},
    {"chunks", chunked("3\r\nabc\r\n0\r\n\r\n"), {}},
    {"chunked_in_capitals", post("transfer-ENCODING:\t CHUNKED \r\n", "1\r\na\r\n0\r\n\r\n"), {}},
    {"empty_line_before", "\r\n" + get(""), {}},
    {"expect_continue", post("Expect: 100-Continue\r\n" + body_field, "abc"), {}},
    {"no_body_no_length", post("", ""), {}},
    // B1: transfer codings that are not one `chunked`.
    {"b1_identity", post("Transfer-Encoding: identity\r\n", ""), malformed},
    {"b1_unknown", post("Transfer-Encoding: blegh\r\n", ""), malformed},
    {"b1_xchunked", post("Transfer-Encoding: xchunked\r\n", ""), malformed},
    {"b1_quoted", post("Transfer-Encoding: \"chunked\"\r\n", ""), malformed},
    {"b1_not_final", post("Transfer-Encoding: chunked, identity\r\n", ""), malformed},
    {"b1_high_byte",
     post("Transfer-Encoding: \x85"
          "chunked\r\n",
          ""),
     malformed},
    {"b1_twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ""), malformed},
    {"b1_list_of_two", post("Transfer-Encoding: chunked, chunked\r\n", ""), malformed},
    {"b1_empty", post("Transfer-Encoding:\r\n", ""), malformed},
    {"b1_parameter", post("Transfer-Encoding: chunked;q=1\r\n", ""), malformed},
    // B2: two statements of length.
    {"b2_length_first", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), malformed},
    {"b2_coding_first", post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"), malformed},
    {"b2_unknown_coding", post("Transfer-Encoding: x\r\nContent-Length: 3\r\n", "abc"), malformed},
    // B3
    {"b3_gzip_chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), malformed},
    {"b3_http_1_0", "POST / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     malformed},
    // B4: trailers.
    {"b4_authorization", chunked("1\r\na\r\n0\r\nAuthorization: Bearer x\r\n\r\n"), malformed},
    {"b4_request_id", chunked("1\r\na\r\n0\r\nX-Request-ID: x\r\n\r\n"), malformed},
    {"b4_length", chunked("1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n"), malformed},
    {"b4_no_field_at_all", chunked("0\r\nlaa\r\n0\r\v\r\n"), malformed},
    // B5: chunk extensions and endless chunk headers.
    {"b5_extension", chunked("1;a=b\r\na\r\n0\r\n\r\n"), malformed},
    {"b5_last_extension", chunked("1\r\na\r\n0;a\r\n\r\n"), malformed},
    {"b5_long_extension", chunked("1;" + std::string(100000, 'a')), malformed},
    {"b5_long_size", chunked(std::string(10000, '0')), malformed},
    // B6: Host.
    {"b6_no_host", "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n", malformed},
    {"b6_two_hosts", get("Host: localhost\r\n"), malformed},
    {"b6_other_host", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", malformed},
    {"b6_port_is_ignored", "GET / HTTP/1.1\r\nHost: LocalHost:8443\r\n\r\n", {}},
    {"b6_bad_port", "GET / HTTP/1.1\r\nHost: localhost:x\r\n\r\n", malformed},
    {"b6_user", "GET / HTTP/1.1\r\nHost: a@localhost\r\n\r\n", malformed},
    {"b6_list", "GET / HTTP/1.1\r\nHost: localhost, localhost\r\n\r\n", malformed},
    {"b6_empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", malformed},
    // B7: many fields.
    {"b7_65_fields", get([] {
         std::string fields;
         for (int i = 0; i < 64; ++i)
             fields += "A: b\r\n";
         return fields;
     }()),
     ErrorKind::headers_too_large},
    {"b7_64_fields",
     get([] {
         std::string fields;
         for (int i = 0; i < 63; ++i)
             fields += "A: b\r\n";
         return fields;
     }()),
     {}},
    // B8: folded lines.
    {"b8_folded_coding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), malformed},
    {"b8_folded_tab", get("A: b\r\n\tc\r\n"), malformed},
    {"b8_folded_first", "GET / HTTP/1.1\r\n Host: localhost\r\n\r\n", malformed},
    // B9: lengths.
    {"b9_same_twice", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), malformed},
    {"b9_list", post("Content-Length: 3, 3\r\n", "abc"), malformed},
    {"b9_conflict", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), malformed},
    // B10: targets and methods.
    {"b10_high_byte", get("", "/\xc3\xa9"), malformed},
    {"b10_quote", get("", "/\"a"), malformed},
    {"b10_fragment", get("", "/a#b"), malformed},
    {"b10_brace", get("", "/{a}"), malformed},
    {"b10_null", get("", "/a%00"), malformed},
    {"b10_null_in_query", get("", "/a?b=%00"), malformed},
    {"b10_new_line_in_path", get("", "/a%0d%0ab"), malformed},
    {"b10_overlong", get("", "/%c0%af"), malformed},
    {"b10_invalid_utf8", get("", "/%ff"), malformed},
    {"b10_surrogate", get("", "/%ed%a0%80"), malformed},
    {"b10_short_escape", get("", "/%4"), malformed},
    {"b10_not_hex", get("", "/%zz"), malformed},
    {"b10_dots", get("", "/a/../b"), malformed},
    {"b10_dot", get("", "/a/./b"), malformed},
    {"b10_last_dots", get("", "/a/.."), malformed},
    {"b10_encoded_dots", get("", "/a/%2e%2E/b"), malformed},
    {"b10_encoded_slash_dots", get("", "/a%2f..%2fb"), malformed},
    {"b10_backslash_dots", get("", "/a%5c..%5cb"), malformed},
    {"b10_two_slashes", get("", "//evil.example/"), malformed},
    {"b10_asterisk", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", malformed},
    {"b10_authority", get("", "localhost:443"), malformed},
    {"b10_empty_target", "GET  HTTP/1.1\r\nHost: localhost\r\n\r\n", malformed},
    {"b10_blank_in_target", get("", "/a b"), malformed},
    {"b10_absolute", get("", "https://localhost/a?b"), {}},
    {"b10_absolute_other", get("", "https://evil.example/a"), malformed},
    {"b10_absolute_user", get("", "https://localhost@evil.example/a"), malformed},
    {"b10_absolute_file", get("", "file://localhost/a"), malformed},
    {"b10_token_search", get("", "/Slot?identifier=https://a.b/c%7C1|2&x=%C3%A9"), {}},
    {"b10_three_dots", get("", "/.../a..b/.c"), {}},
    {"b10_trace", "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", ErrorKind::method_unknown},
    {"b10_connect", "CONNECT / HTTP/1.1\r\nHost: localhost\r\n\r\n", ErrorKind::method_unknown},
    {"b10_lower_case", "get / HTTP/1.1\r\nHost: localhost\r\n\r\n", ErrorKind::method_unknown},
    {"b10_no_token", "G(T / HTTP/1.1\r\nHost: localhost\r\n\r\n", malformed},
    {"b10_long_target", get("", "/" + std::string(5000, 'a')), ErrorKind::uri_too_long},
    // B11: bodies where there must be none.
    {"b11_get", "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\na", malformed},
    {"b11_head", "HEAD / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\na", malformed},
    {"b11_delete", "DELETE / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\na", malformed},
    {"b11_get_chunked", get("Transfer-Encoding: chunked\r\n") + "0\r\n\r\n", malformed},
    {"b11_get_zero", get("Content-Length: 0\r\n"), {}},
    // B12: bytes beyond ASCII.
    {"b12_value", get("X-Name: \xc3\xa9\r\n"), malformed},
    {"b12_name", get("X-N\xc3\xa9: a\r\n"), malformed},
    // OK row: refused before and still.
    {"ok_hex_length", post("Content-Length: 0x3\r\n", "abc"), malformed},
    {"ok_plus_length", post("Content-Length: +3\r\n", "abc"), malformed},
    {"ok_minus_length", post("Content-Length: -3\r\n", "abc"), malformed},
    {"ok_empty_length", post("Content-Length:\r\n", ""), malformed},
    {"ok_huge_length", post("Content-Length: 99999999999999999999\r\n", ""), malformed},
    {"ok_blank_in_length", post("Content-Length: 1 2\r\n", "a"), malformed},
    {"ok_bad_chunk_size", chunked("x\r\na\r\n0\r\n\r\n"), malformed},
    {"ok_hex_prefix_chunk", chunked("0x1\r\na\r\n0\r\n\r\n"), malformed},
    {"ok_minus_chunk", chunked("-1\r\na\r\n0\r\n\r\n"), malformed},
    {"ok_plus_chunk", chunked("+1\r\na\r\n0\r\n\r\n"), malformed},
    {"ok_blank_after_chunk_size", chunked("1 \r\na\r\n0\r\n\r\n"), malformed},
    {"ok_huge_chunk", chunked("ffffffffffffffffff\r\na"), malformed},
    {"ok_chunk_without_end", chunked("1\r\nab\r\n0\r\n\r\n"), malformed},
    {"ok_bare_lf_chunk", chunked("1\na\n0\n\n"), malformed},
    {"ok_bare_lf", "GET / HTTP/1.1\nHost: localhost\n\n", malformed},
    {"ok_bare_cr", get("A: b\rc\r\n"), malformed},
    {"ok_null", get(std::string("A: b\0c\r\n", 8)), malformed},
    {"ok_delete_character", get("A: b\x7f\r\n"), malformed},
    {"ok_blank_before_colon", get("A : b\r\n"), malformed},
    {"ok_no_colon", get("A\r\n"), malformed},
    {"ok_no_name", get(": b\r\n"), malformed},
    {"ok_http_0_9", "GET /\r\n\r\n", malformed},
    {"ok_http_1_2", "GET / HTTP/1.2\r\nHost: localhost\r\n\r\n", malformed},
    {"ok_http_2_0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", malformed},
    {"ok_two_blanks", "GET /  HTTP/1.1\r\nHost: localhost\r\n\r\n", malformed},
    {"ok_large_header", get("A: " + std::string(9000, 'b') + "\r\n"), ErrorKind::headers_too_large},
    {"ok_large_body", post("Content-Length: 1001\r\n", ""), ErrorKind::body_too_large},
    {"ok_large_chunked_body", chunked("3e9\r\n" + std::string(1001, 'a')), ErrorKind::body_too_large},
    {"expectation", post("Expect: 200-ok\r\n" + body_field, "abc"), ErrorKind::expectation_failed},
    {"two_authorizations", get("Authorization: a\r\nAuthorization: b\r\n"), malformed},
    {"two_content_types", post("Content-Type: a/b\r\nContent-Type: c/d\r\n" + body_field, "abc"), malformed},
};

INSTANTIATE_TEST_SUITE_P(Corpus, RequestPolicyCase, testing::ValuesIn(cases),
                         [](const auto& info) { return info.param.name; });

TEST(RequestReader, ReadsPipelinedRequestsOneByOne)
{
    const RequestPolicy rules = policy();
    RequestReader reader(rules);
    std::string input = post(body_field, "abc") + get("", "/second") + chunked("2\r\nde\r\n0\r\n\r\n");
    ASSERT_EQ(reader.advance(input), State::ready);
    EXPECT_EQ(reader.take().body, "abc");
    ASSERT_EQ(reader.advance(input), State::ready);
    EXPECT_EQ(reader.take().target, "/second");
    ASSERT_EQ(reader.advance(input), State::ready);
    EXPECT_EQ(reader.take().body, "de");
    EXPECT_EQ(reader.advance(input), State::head);
    EXPECT_TRUE(input.empty());
}

TEST(RequestReader, ASimulatorMayTakeADeleteWithABody)
{
    RequestPolicy rules = policy();
    rules.delete_may_have_body = true;
    RequestReader reader(rules);
    std::string input = "DELETE /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}";
    ASSERT_EQ(reader.advance(input), State::ready);
    EXPECT_EQ(reader.take().body, "{}");
}

TEST(RequestReader, AnAbsoluteTargetBecomesOriginForm)
{
    const RequestPolicy rules = policy();
    RequestReader reader(rules);
    std::string input = get("", "https://LOCALHOST/a?b");
    ASSERT_EQ(reader.advance(input), State::ready);
    EXPECT_EQ(reader.take().target, "/a?b");
}

TEST(RequestReader, AnAddressThatIsTooLongIsNotBlamedOnTheHeaders)
{
    RequestPolicy rules = policy();
    rules.max_target_bytes = rules.max_header_bytes;
    RequestReader reader(rules);
    std::string input =
        "GET /" + std::string(rules.max_header_bytes + 100, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    ASSERT_EQ(reader.advance(input), State::refused);
    EXPECT_EQ(reader.error().kind(), ErrorKind::uri_too_long);
}

TEST(RequestReader, AnEndlessFirstLineIsRefusedBeforeItEnds)
{
    const RequestPolicy rules = policy();
    RequestReader reader(rules);
    std::string input = "GET /" + std::string(4200, 'a');
    ASSERT_EQ(reader.advance(input), State::refused);
    EXPECT_EQ(reader.error().kind(), ErrorKind::uri_too_long);
}

} // namespace

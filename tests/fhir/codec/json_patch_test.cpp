// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json_value.hpp"

#include <gtest/gtest.h>

namespace
{

using namespace fhir;
using namespace fhir::codec;
using enum ErrorKind;

Result<JsonValue> patched(std::string_view document, std::string_view patch)
{
    return apply_json_patch(parse_json(document).value(), parse_json(patch).value());
}

struct Case
{
    std::string document, patch, expected;
};

TEST(JsonPatch, DoesWhatRfc6902Says)
{
    const std::vector<Case> table = {
        {R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux"}])", R"({"foo":"bar","baz":"qux"})"},
        {R"({"foo":["bar","baz"]})", R"([{"op":"add","path":"/foo/1","value":"qux"}])",
         R"({"foo":["bar","qux","baz"]})"},
        {R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/-","value":["abc"]}])",
         R"({"foo":["bar",["abc"]]})"},
        {R"({"foo":[]})", R"([{"op":"add","path":"/foo/0","value":1}])", R"({"foo":[1]})"},
        {R"({"baz":"qux","foo":"bar"})", R"([{"op":"remove","path":"/baz"}])", R"({"foo":"bar"})"},
        {R"({"foo":["bar","qux","baz"]})", R"([{"op":"remove","path":"/foo/1"}])",
         R"({"foo":["bar","baz"]})"},
        {R"({"baz":"qux"})", R"([{"op":"replace","path":"/baz","value":null}])", R"({"baz":null})"},
        {R"({"foo":{"bar":"baz"},"qux":{}})", R"([{"op":"move","from":"/foo/bar","path":"/qux/thud"}])",
         R"({"foo":{},"qux":{"thud":"baz"}})"},
        {R"({"foo":["all","grass","cows"]})", R"([{"op":"move","from":"/foo/0","path":"/foo/2"}])",
         R"({"foo":["grass","cows","all"]})"},
        {R"({"a":{"b":1}})", R"([{"op":"copy","from":"/a","path":"/a/c"}])", R"({"a":{"b":1,"c":{"b":1}}})"},
        {R"({"a/b":1,"m~n":2})",
         R"([{"op":"replace","path":"/a~1b","value":3},{"op":"remove","path":"/m~0n"}])", R"({"a/b":3})"},
        {R"({"a":{"x":1,"y":[2]}})", R"([{"op":"test","path":"/a","value":{"y":[2.0],"x":10e-1}}])",
         R"({"a":{"x":1,"y":[2]}})"},
        {R"({"a":1})", R"([{"op":"replace","path":"","value":{"b":2}}])", R"({"b":2})"},
        {R"({"":1})", R"([{"op":"replace","path":"/","value":2}])", R"({"":2})"},
    };
    for (const auto& row : table) {
        const auto result = patched(row.document, row.patch);
        ASSERT_TRUE(result) << row.patch << ' ' << result.error().sentence();
        EXPECT_EQ(to_json(*result), row.expected) << row.patch;
    }
}

struct RefusedPatch
{
    std::string patch;
    ErrorKind kind;
    std::string path;
};

TEST(JsonPatch, RefusalsNameTheOperation)
{
    const std::vector<RefusedPatch> table = {
        {R"({})", value_invalid, "patch"},
        {R"([])", value_invalid, "patch"},
        {R"([1])", value_invalid, "patch[0]"},
        {R"([{"op":"add","value":1}])", value_invalid, "patch[0]"},
        {R"([{"op":"add","path":"/x"}])", value_invalid, "patch[0]"},
        {R"([{"op":"add","path":"x","value":1}])", value_invalid, "patch[0]"},
        {R"([{"op":"add","path":"/~2","value":1}])", value_invalid, "patch[0]"},
        {R"([{"op":"spin","path":"/a"}])", value_invalid, "patch[0]"},
        {R"([{"op":"move","path":"/a"}])", value_invalid, "patch[0]"},
        {R"([{"op":"remove","path":""}])", value_invalid, "patch[0]"},
        {R"([{"op":"move","from":"/o","path":"/o/x"}])", value_invalid, "patch[0]"},
        {R"([{"op":"test","path":"/a","value":1},{"op":"remove","path":"/zz"}])", not_found, "patch[1]"},
        {R"([{"op":"replace","path":"/zz","value":1}])", not_found, "patch[0]"},
        {R"([{"op":"add","path":"/l/3","value":1}])", not_found, "patch[0]"},
        {R"([{"op":"add","path":"/l/00","value":1}])", not_found, "patch[0]"},
        {R"([{"op":"add","path":"/l/-1","value":1}])", not_found, "patch[0]"},
        {R"([{"op":"remove","path":"/l/-"}])", not_found, "patch[0]"},
        {R"([{"op":"add","path":"/a/x","value":1}])", not_found, "patch[0]"},
        {R"([{"op":"copy","from":"/zz","path":"/b"}])", not_found, "patch[0]"},
        {R"([{"op":"test","path":"/a","value":2}])", invariant, "patch[0]"},
        {R"([{"op":"test","path":"/a","value":"1"}])", invariant, "patch[0]"},
        {R"([{"op":"test","path":"/o","value":{}}])", invariant, "patch[0]"},
    };
    for (const auto& row : table) {
        const auto result = patched(R"({"a":1,"l":[1,2],"o":{"x":null}})", row.patch);
        ASSERT_FALSE(result) << row.patch;
        EXPECT_EQ(result.error().kind(), row.kind) << row.patch;
        EXPECT_EQ(result.error().path(), row.path) << row.patch;
    }
}

TEST(JsonPatch, DoublingCopiesAreStopped)
{
    std::string patch = "[";
    for (int i = 0; i < 40; ++i)
        patch += R"({"op":"copy","from":"/a","path":"/a/)" + std::to_string(i) + R"("},)";
    const auto deep = patched(R"({"a":{"x":[1,2,3]}})", patch + R"({"op":"remove","path":"/a"}])");
    ASSERT_FALSE(deep);
    EXPECT_EQ(deep.error().kind(), too_costly);
}

TEST(JsonPatch, TooManyOperationsAreRefused)
{
    std::string patch = R"([{"op":"test","path":"/a","value":1})";
    for (int i = 0; i < 200; ++i)
        patch += R"(,{"op":"test","path":"/a","value":1})";
    EXPECT_EQ(patched(R"({"a":1})", patch + "]").error().kind(), too_costly);
}

} // namespace

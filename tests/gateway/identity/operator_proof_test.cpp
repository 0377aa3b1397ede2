// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/operator_proof.hpp"

#include "tests/gateway/identity/identity_fixture.hpp"

using namespace gateway::identity;
using tests::keys;

namespace
{

class OperatorProof : public tests::IdentityTest
{
protected:
    fhir::Result<std::string> shown(const std::string& token)
    {
        fhir::rest::Request request;
        if (!token.empty())
            request.headers.set("Authorization", "Bearer " + token);
        return check_.operator_of(request);
    }
    std::string proof(const std::string& name = "A. Jones", const std::string& issuer = "https://a.example")
    {
        return sign_operator_proof(keys().gateway, issuer, name, clock_, random_);
    }

    OperatorCheck check_{keys().gateway.public_key(), "https://a.example", clock_};
};

TEST_F(OperatorProof, NamesWhoCanReadTheSigningKey)
{
    EXPECT_EQ(shown(proof()), "A. Jones");
}

TEST_F(OperatorProof, EndsAfterAMinute)
{
    const auto token = proof();
    clock_.advance(std::chrono::seconds(59));
    EXPECT_TRUE(shown(token));
    clock_.advance(std::chrono::seconds(2));
    EXPECT_EQ(shown(token).error().kind(), fhir::ErrorKind::token_expired);
}

TEST_F(OperatorProof, IsOfThisGatewayAndItsKeyOnly)
{
    EXPECT_EQ(shown("").error().kind(), fhir::ErrorKind::login_required);
    EXPECT_FALSE(shown("x"));
    EXPECT_FALSE(shown(proof(""))) << "nobody's";
    EXPECT_FALSE(shown(proof("A. Jones", "https://another.example")));
    EXPECT_FALSE(shown(sign_operator_proof(generate_private_key(KeyType::ec_p256), "https://a.example",
                                           "A. Jones", clock_, random_)));
}

TEST_F(OperatorProof, IsNoAccessTokenAndAnAccessTokenIsNone)
{
    EXPECT_FALSE(with_token(proof("hub", good_token().find("iss")->text())));
    const OperatorCheck check(keys().gateway.public_key(), good_token().find("iss")->text(), clock_);
    fhir::rest::Request request;
    request.headers.set("Authorization", "Bearer " + sign_jwt(keys().gateway, "at+jwt", good_token()));
    EXPECT_FALSE(check.operator_of(request));
}

} // namespace

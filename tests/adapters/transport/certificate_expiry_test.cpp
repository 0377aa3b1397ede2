// SPDX-License-Identifier: Apache-2.0
#include "adapters/transport/certificates.hpp"
#include "adapters/transport/tls_context.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace
{

using adapters::transport::certificate_expiry;

TEST(CertificateExpiry, IsWhenTheFirstCertificateOfTheFileEnds)
{
    const tests::TemporaryFolder folder;
    const auto authority = adapters::transport::make_authority("Invented CA");
    const auto issued = adapters::transport::issue(
        authority, {"localhost"}, adapters::transport::Purpose::server, std::chrono::hours(48));
    const auto file = folder.path() / "chain.pem";
    std::ofstream(file) << issued.certificate << authority.certificate;
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto expiry = certificate_expiry(file.string());
    ASSERT_TRUE(expiry) << expiry.error().sentence();
    EXPECT_LT(std::chrono::abs(*expiry - now - std::chrono::hours(48)), std::chrono::minutes(1));
}

TEST(CertificateExpiry, OfAFileWithoutACertificateIsAnErrorThatNamesTheFile)
{
    for (const std::string file : {"/nonexistent.pem", "/etc/hostname"}) {
        const auto expiry = certificate_expiry(file);
        ASSERT_FALSE(expiry);
        EXPECT_NE(expiry.error().sentence().find(file), std::string::npos);
    }
}

} // namespace

// SPDX-License-Identifier: Apache-2.0
#include "adapters/transport/revocation.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <vector>

namespace adapters::transport
{
namespace
{

template <auto function>
struct FreeWith
{
    void operator()(auto* object) const { function(object); }
};
using List = std::unique_ptr<X509_CRL, FreeWith<X509_CRL_free>>;
using Trusted = std::unique_ptr<X509, FreeWith<X509_free>>;
using File = std::unique_ptr<BIO, FreeWith<BIO_free>>;

std::unexpected<fhir::Error> bad_list(const std::string& file, const std::string& why)
{
    return fhir::fail(fhir::ErrorKind::internal,
                      "The revocation list file '" + file + "' cannot be used: " + why + ".");
}

/// Whatever `next` finds in the file until it ends; a block that is damaged ends it too, see the caller.
template <class Owned, auto next>
std::vector<Owned> read_all(const std::string& file)
{
    std::vector<Owned> found;
    const File in(BIO_new_file(file.c_str(), "r"));
    while (in) {
        Owned one(next(in.get(), nullptr, nullptr, nullptr));
        if (!one)
            break;
        found.push_back(std::move(one));
    }
    return found;
}

fhir::Result<std::vector<List>> read_lists(const std::string& file)
{
    ERR_clear_error();
    auto lists = read_all<List, PEM_read_bio_X509_CRL>(file);
    const unsigned long ended = ERR_peek_last_error();
    ERR_clear_error();
    // The end of a PEM file shows as "no start line": anything else is a block that cannot be read.
    if (lists.empty() || ERR_GET_LIB(ended) != ERR_LIB_PEM || ERR_GET_REASON(ended) != PEM_R_NO_START_LINE)
        return bad_list(file, "it does not hold certificate revocation lists (PEM, `BEGIN X509 CRL`)");
    return lists;
}

std::string common_name(const X509* authority)
{
    char text[256] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(authority), NID_commonName, text, sizeof text);
    return text;
}

bool is_of(X509_CRL* list, X509* authority)
{
    const bool signed_by_it =
        X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(authority)) == 0 &&
        X509_CRL_verify(list, X509_get0_pubkey(authority)) == 1;
    ERR_clear_error();
    return signed_by_it;
}

/// OpenSSL takes a list without an end for good for ever, which RFC 5280 does not allow.
bool in_date(const X509_CRL* list)
{
    const ASN1_TIME* end = X509_CRL_get0_nextUpdate(list);
    return end && X509_cmp_current_time(X509_CRL_get0_lastUpdate(list)) < 0 && X509_cmp_current_time(end) > 0;
}

fhir::Result<void> check_authority(const std::vector<List>& lists, X509* authority, const std::string& file)
{
    bool any = false;
    for (const List& list : lists) {
        if (!is_of(list.get(), authority))
            continue;
        if (in_date(list.get()))
            return {};
        any = true;
    }
    const std::string whose = "authority '" + common_name(authority) + "'";
    return any ? bad_list(file, "the list of " + whose + " is out of date; fetch the current one")
               : bad_list(file, "it holds no list signed by " + whose + " of the client CA file");
}

} // namespace

fhir::Result<void> check_revocation(ssl_ctx_st* context, const std::string& crl_file,
                                    const std::string& ca_file)
{
    const auto lists = read_lists(crl_file);
    if (!lists)
        return std::unexpected(lists.error());
    for (const Trusted& authority : read_all<Trusted, PEM_read_bio_X509>(ca_file)) {
        auto checked = check_authority(*lists, authority.get(), crl_file);
        if (!checked)
            return checked;
    }
    ERR_clear_error();
    X509_STORE* trusted = SSL_CTX_get_cert_store(context);
    for (const List& list : *lists)
        if (X509_STORE_add_crl(trusted, list.get()) != 1)
            return bad_list(crl_file, "its lists cannot be kept");
    X509_STORE_set_flags(trusted, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return {};
}

fhir::Result<fhir::Instant> revocation_expiry(const std::string& crl_file)
{
    const auto lists = read_lists(crl_file);
    if (!lists)
        return std::unexpected(lists.error());
    auto first = fhir::Instant::max();
    for (const List& list : *lists) {
        std::tm parts{};
        const ASN1_TIME* end = X509_CRL_get0_nextUpdate(list.get());
        if (!end || ASN1_TIME_to_tm(end, &parts) != 1)
            return bad_list(crl_file, "one of its lists does not say until when it is good");
        first = std::min(first, fhir::Instant(std::chrono::seconds(timegm(&parts))));
    }
    return first;
}

} // namespace adapters::transport

// SPDX-License-Identifier: Apache-2.0
#include "tests/support/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace tests
{
namespace
{

int connect_loopback(std::uint16_t port)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    const timeval limit{10, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(descriptor);
        throw std::runtime_error("cannot connect");
    }
    return descriptor;
}

std::unique_ptr<BIO, decltype(&BIO_free)> memory(const std::string& pem)
{
    return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
}

void trust(SSL_CTX* context, const std::string& ca_pem)
{
    const auto in = memory(ca_pem);
    X509* authority = PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority);
    X509_free(authority);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

void present(SSL_CTX* context, const adapters::transport::Identity& identity)
{
    const auto certificate_in = memory(identity.certificate);
    X509* certificate = PEM_read_bio_X509(certificate_in.get(), nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context, certificate);
    X509_free(certificate);
    const auto key_in = memory(identity.key);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(key_in.get(), nullptr, nullptr, nullptr);
    SSL_CTX_use_PrivateKey(context, key);
    EVP_PKEY_free(key);
}

/// Content-Length of a head, 0 without one.
std::size_t announced_length(std::string head)
{
    std::ranges::transform(head, head.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    const auto at = head.find("\r\ncontent-length: ");
    if (at == std::string::npos)
        return 0;
    std::size_t length = 0;
    std::from_chars(head.data() + at + 18, head.data() + head.size(), length);
    return length;
}

} // namespace

struct RawClient::Impl
{
    int descriptor = -1;
    SSL_CTX* context = nullptr;
    SSL* ssl = nullptr;
    std::string buffered;

    ~Impl()
    {
        SSL_free(ssl);
        SSL_CTX_free(context);
        if (descriptor >= 0)
            ::close(descriptor);
    }

    bool read_more()
    {
        std::array<char, 16384> chunk;
        ERR_clear_error();
        const int count = SSL_read(ssl, chunk.data(), chunk.size());
        if (count > 0)
            buffered.append(chunk.data(), static_cast<std::size_t>(count));
        return count > 0;
    }
};

RawClient::RawClient(std::uint16_t port, const Options& options) : impl_(std::make_unique<Impl>())
{
    impl_->descriptor = connect_loopback(port);
    impl_->context = SSL_CTX_new(TLS_client_method());
    trust(impl_->context, options.ca_pem);
    if (options.identity)
        present(impl_->context, *options.identity);
    if (options.max_version != 0)
        SSL_CTX_set_max_proto_version(impl_->context, options.max_version);
    if (!options.ciphers.empty())
        SSL_CTX_set_cipher_list(impl_->context, options.ciphers.c_str());
    impl_->ssl = SSL_new(impl_->context);
    SSL_set1_host(impl_->ssl, options.host.c_str());
    SSL_set_tlsext_host_name(impl_->ssl, options.host.c_str());
    const std::string protocols = static_cast<char>(options.alpn.size()) + options.alpn;
    if (!options.alpn.empty())
        SSL_set_alpn_protos(impl_->ssl, reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned>(protocols.size()));
    SSL_set_fd(impl_->ssl, impl_->descriptor);
    if (SSL_connect(impl_->ssl) != 1)
        throw std::runtime_error("the handshake failed");
}

RawClient::~RawClient() = default;
RawClient::RawClient(RawClient&&) noexcept = default;

void RawClient::send(std::string_view bytes)
{
    ERR_clear_error();
    SSL_write(impl_->ssl, bytes.data(), static_cast<int>(bytes.size()));
}

std::string RawClient::receive_answer(bool head_only)
{
    for (;;) {
        const auto end = impl_->buffered.find("\r\n\r\n");
        if (end != std::string::npos) {
            const auto length = head_only ? 0 : announced_length(impl_->buffered.substr(0, end));
            const auto whole = end + 4 + length;
            if (impl_->buffered.size() >= whole) {
                std::string answer = impl_->buffered.substr(0, whole);
                impl_->buffered.erase(0, whole);
                return answer;
            }
        }
        if (!impl_->read_more())
            return {};
    }
}

std::string RawClient::receive_all()
{
    while (impl_->read_more()) {
    }
    return std::exchange(impl_->buffered, {});
}

bool RawClient::closed_properly() const
{
    return (SSL_get_shutdown(impl_->ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
}

void RawClient::half_close()
{
    SSL_shutdown(impl_->ssl);
}

std::string RawClient::version() const
{
    return SSL_get_version(impl_->ssl);
}

bool RawClient::resumed() const
{
    return SSL_session_reused(impl_->ssl) == 1;
}

unsigned status_of(std::string_view answer)
{
    unsigned status = 0;
    if (answer.starts_with("HTTP/1.1 ") && answer.size() > 12)
        std::from_chars(answer.data() + 9, answer.data() + 12, status);
    return status;
}

std::string_view body_of(std::string_view answer)
{
    const auto end = answer.find("\r\n\r\n");
    return end == std::string_view::npos ? std::string_view() : answer.substr(end + 4);
}

} // namespace tests

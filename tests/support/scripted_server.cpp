// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace tests
{
namespace
{

std::unique_ptr<BIO, decltype(&BIO_free)> memory(const std::string& pem)
{
    return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
}

X509* read_certificate(const std::string& pem)
{
    const auto in = memory(pem);
    return PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr);
}

SSL_CTX* make_context(const adapters::transport::Identity& identity, const std::string& client_ca_pem)
{
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    X509* certificate = read_certificate(identity.certificate);
    SSL_CTX_use_certificate(context, certificate);
    X509_free(certificate);
    const auto key_in = memory(identity.key);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(key_in.get(), nullptr, nullptr, nullptr);
    SSL_CTX_use_PrivateKey(context, key);
    EVP_PKEY_free(key);
    constexpr std::string_view id = "scripted";
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(id.data()), id.size());
    if (!client_ca_pem.empty()) {
        X509* authority = read_certificate(client_ca_pem);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority);
        X509_free(authority);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return context;
}

class Connection : public ScriptedConnection
{
public:
    explicit Connection(SSL* ssl) : ssl_(ssl) {}

    std::string read_request() override
    {
        for (;;) {
            const auto end = buffered_.find("\r\n\r\n");
            if (end != std::string::npos && buffered_.size() >= end + 4 + body_length(end)) {
                const auto length = end + 4 + body_length(end);
                std::string request = buffered_.substr(0, length);
                buffered_.erase(0, length);
                return request;
            }
            if (!read_more())
                return {};
        }
    }

    void send(std::string_view bytes) override
    {
        ERR_clear_error();
        SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    }

    void close() override
    {
        ERR_clear_error();
        SSL_shutdown(ssl_);
    }

    void wait_for_close() override
    {
        while (read_more()) {
        }
    }

private:
    bool read_more()
    {
        std::array<char, 16384> chunk;
        ERR_clear_error();
        const int count = SSL_read(ssl_, chunk.data(), chunk.size());
        if (count > 0)
            buffered_.append(chunk.data(), static_cast<std::size_t>(count));
        return count > 0;
    }

    std::size_t body_length(std::size_t end_of_head) const
    {
        constexpr std::string_view name = "\r\nContent-Length: ";
        const auto at = buffered_.find(name);
        std::size_t length = 0;
        if (at != std::string::npos && at < end_of_head)
            std::from_chars(buffered_.data() + at + name.size(), buffered_.data() + end_of_head, length);
        return length;
    }

    SSL* ssl_;
    std::string buffered_;
};

} // namespace

struct ScriptedServer::Impl
{
    SSL_CTX* context = nullptr;
    int listener = -1;
    std::uint16_t port = 0;
    std::vector<Script> scripts;
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> resumed{0};
    std::atomic<bool> stopping{false};
    std::mutex mutex;
    std::vector<int> open;
    std::vector<std::thread> threads;
    std::thread acceptor;

    void serve(int descriptor, const Script& script)
    {
        const timeval limit{10, 0};
        ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        SSL* ssl = SSL_new(context);
        SSL_set_fd(ssl, descriptor);
        if (SSL_accept(ssl) == 1) {
            resumed += SSL_session_reused(ssl) == 1 ? 1 : 0;
            Connection connection(ssl);
            script(connection);
        }
        SSL_free(ssl);
        const std::lock_guard lock(mutex);
        std::erase(open, descriptor);
        ::close(descriptor);
    }

    void accept()
    {
        for (;;) {
            const int descriptor = ::accept(listener, nullptr, nullptr);
            if (descriptor < 0 || stopping)
                return;
            const auto number = connections++;
            const std::lock_guard lock(mutex);
            open.push_back(descriptor);
            threads.emplace_back([this, descriptor, &script = scripts[std::min(number, scripts.size() - 1)]] {
                serve(descriptor, script);
            });
        }
    }
};

ScriptedServer::ScriptedServer(const adapters::transport::Identity& identity, std::vector<Script> scripts,
                               const std::string& client_ca_pem)
    : impl_(std::make_unique<Impl>())
{
    std::signal(SIGPIPE, SIG_IGN);
    impl_->context = make_context(identity, client_ca_pem);
    impl_->scripts = std::move(scripts);
    impl_->listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(impl_->listener, generic, size) != 0 || ::listen(impl_->listener, 64) != 0 ||
        ::getsockname(impl_->listener, generic, &size) != 0)
        throw std::runtime_error("cannot listen");
    impl_->port = ntohs(address.sin_port);
    impl_->acceptor = std::thread([impl = impl_.get()] { impl->accept(); });
}

ScriptedServer::~ScriptedServer()
{
    impl_->stopping = true;
    ::shutdown(impl_->listener, SHUT_RDWR);
    impl_->acceptor.join();
    {
        const std::lock_guard lock(impl_->mutex);
        for (const int descriptor : impl_->open)
            ::shutdown(descriptor, SHUT_RDWR);
    }
    for (auto& thread : impl_->threads)
        thread.join();
    ::close(impl_->listener);
    SSL_CTX_free(impl_->context);
}

std::uint16_t ScriptedServer::port() const
{
    return impl_->port;
}

std::size_t ScriptedServer::connections() const
{
    return impl_->connections;
}

std::size_t ScriptedServer::resumed() const
{
    return impl_->resumed;
}

} // namespace tests

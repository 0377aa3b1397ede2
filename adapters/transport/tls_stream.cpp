// SPDX-License-Identifier: Apache-2.0
#include "adapters/transport/tls_stream.hpp"
#include "adapters/transport/session_cache.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <cerrno>

namespace asio = boost::asio;

namespace adapters::transport
{
namespace
{

constexpr asio::use_awaitable_t<Executor> use_awaitable{};
constexpr std::size_t record_bytes = 16384;

struct FreeX509
{
    void operator()(X509* certificate) const { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, FreeX509>;

Certificate verified_peer(const SSL* ssl)
{
    if (SSL_get_verify_result(ssl) != X509_V_OK)
        return nullptr;
    return Certificate(SSL_get1_peer_certificate(ssl));
}

bool is_address(const std::string& host)
{
    ErrorCode error;
    asio::ip::make_address(host, error);
    return !error;
}

} // namespace

void TlsStream::FreeSsl::operator()(ssl_st* ssl) const
{
    // A session freed without both flags counts as broken and would not be resumed.
    SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl);
}

TlsStream::TlsStream(Socket socket, const TlsContext& context)
    : socket_(std::move(socket)), ssl_(SSL_new(context.get()))
{
    ErrorCode ignored;
    socket_.native_non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    if (!ssl_ || SSL_set_fd(ssl_.get(), socket_.native_handle()) != 1)
        throw std::bad_alloc();
}

TlsStream::~TlsStream() = default;

TlsStream TlsStream::accepted(Socket socket, const TlsContext& context)
{
    TlsStream stream(std::move(socket), context);
    SSL_set_accept_state(stream.ssl_.get());
    return stream;
}

TlsStream TlsStream::connected(Socket socket, const TlsContext& context, const std::string& host)
{
    TlsStream stream(std::move(socket), context);
    SSL* ssl = stream.ssl_.get();
    SSL_set_connect_state(ssl);
    if (is_address(host)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
    } else {
        SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        SSL_set1_host(ssl, host.c_str());
        SSL_set_tlsext_host_name(ssl, host.c_str());
    }
    offer_session(ssl);
    return stream;
}

/// What an SSL call that did not succeed asks for. Must follow that call at once.
TlsStream::Step TlsStream::judge(int outcome)
{
    const int system_error = errno;
    switch (SSL_get_error(ssl_.get(), outcome)) {
    case SSL_ERROR_WANT_READ:
        return Step::want_read;
    case SSL_ERROR_WANT_WRITE:
        return Step::want_write;
    case SSL_ERROR_ZERO_RETURN:
        error_ = asio::error::eof;
        return Step::failed;
    case SSL_ERROR_SSL:
        error_ = ErrorCode(static_cast<int>(ERR_get_error()), asio::error::get_ssl_category());
        break;
    default:
        error_ = system_error == 0 ? ErrorCode(asio::error::connection_reset)
                                   : ErrorCode(system_error, asio::error::get_system_category());
    }
    broken_ = true;
    return Step::failed;
}

/// Once closed, the descriptor's number may belong to somebody else: OpenSSL must not touch it.
bool TlsStream::is_open()
{
    if (socket_.is_open())
        return true;
    error_ = asio::error::operation_aborted;
    return false;
}

TlsStream::Step TlsStream::handshake_now()
{
    if (!is_open())
        return Step::failed;
    ERR_clear_error();
    const int outcome = SSL_do_handshake(ssl_.get());
    return outcome == 1 ? Step::done : judge(outcome);
}

TlsStream::Step TlsStream::read_now(std::string& into)
{
    // Shared by all connections of the thread: filled and emptied here, never held across a suspension.
    thread_local std::array<char, record_bytes> scratch;
    if (!is_open())
        return Step::failed;
    ERR_clear_error();
    std::size_t count = 0;
    const int outcome = SSL_read_ex(ssl_.get(), scratch.data(), scratch.size(), &count);
    if (outcome != 1)
        return judge(outcome);
    into.append(scratch.data(), count);
    return Step::done;
}

TlsStream::Step TlsStream::write_now(std::string_view bytes)
{
    if (!is_open())
        return Step::failed;
    ERR_clear_error();
    std::size_t count = 0;
    const int outcome = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
    return outcome == 1 ? Step::done : judge(outcome);
}

Awaitable<ErrorCode> TlsStream::wait(Step step)
{
    const auto what = step == Step::want_read ? Socket::wait_read : Socket::wait_write;
    auto [error] = co_await socket_.async_wait(what, asio::as_tuple(use_awaitable));
    co_return error;
}

Awaitable<ErrorCode> TlsStream::handshake()
{
    for (;;) {
        const Step step = handshake_now();
        if (step == Step::done)
            co_return ErrorCode();
        if (step == Step::failed)
            co_return error_;
        const ErrorCode waited = co_await wait(step);
        if (waited)
            co_return waited;
    }
}

Awaitable<ErrorCode> TlsStream::read_some(std::string& into)
{
    for (;;) {
        const Step step = read_now(into);
        if (step == Step::done)
            co_return ErrorCode();
        if (step == Step::failed)
            co_return error_;
        const ErrorCode waited = co_await wait(step);
        if (waited)
            co_return waited;
    }
}

Awaitable<ErrorCode> TlsStream::write_all(std::string_view bytes)
{
    while (!bytes.empty()) {
        const Step step = write_now(bytes);
        if (step == Step::done)
            break;
        if (step == Step::failed)
            co_return error_;
        const ErrorCode waited = co_await wait(step);
        if (waited)
            co_return waited;
    }
    co_return ErrorCode();
}

void TlsStream::say_goodbye()
{
    if (!ssl_ || broken_ || !socket_.is_open() || SSL_is_init_finished(ssl_.get()) != 1)
        return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
}

void TlsStream::close()
{
    say_goodbye();
    cut();
}

void TlsStream::cut()
{
    ErrorCode ignored;
    socket_.close(ignored);
}

void TlsStream::finish_sending()
{
    say_goodbye();
    ErrorCode ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
}

void TlsStream::cancel()
{
    ErrorCode ignored;
    socket_.cancel(ignored);
}

bool TlsStream::quiet()
{
    std::string unexpected;
    return !broken_ && read_now(unexpected) == Step::want_read;
}

std::uint64_t TlsStream::bytes_sent() const
{
    return BIO_number_written(SSL_get_wbio(ssl_.get()));
}

bool TlsStream::resumed() const
{
    return SSL_session_reused(ssl_.get()) == 1;
}

std::string TlsStream::peer_subject() const
{
    const Certificate certificate = verified_peer(ssl_.get());
    if (!certificate)
        return {};
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate.get()), 0, XN_FLAG_RFC2253);
    char* text = nullptr;
    const long length = BIO_get_mem_data(out.get(), &text);
    return length <= 0 ? std::string() : std::string(text, static_cast<std::size_t>(length));
}

std::string TlsStream::refused_certificate() const
{
    const long verdict = SSL_get_verify_result(ssl_.get());
    return verdict == X509_V_OK ? std::string() : X509_verify_cert_error_string(verdict);
}

std::string TlsStream::peer_sha256() const
{
    const Certificate certificate = verified_peer(ssl_.get());
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest.data(), &length) != 1)
        return {};
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < length; ++i) {
        text += hex[digest[i] >> 4];
        text += hex[digest[i] & 0xf];
    }
    return text;
}

} // namespace adapters::transport

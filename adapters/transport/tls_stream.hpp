// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/awaitable.hpp"
#include "adapters/transport/tls_context.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st; // OpenSSL's SSL

namespace adapters::transport
{

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using ErrorCode = boost::system::error_code;

/// A TLS connection on a non-blocking socket: OpenSSL reads and writes the descriptor itself, Asio only waits
/// for it, so an idle connection holds no buffers. Belongs to one thread; one operation at a time. Operations
/// end with `operation_aborted` after cancel() or when the coroutine is cancelled; afterwards the connection
/// is good for close() only.
class TlsStream
{
public:
    /// The context must be a server's.
    static TlsStream accepted(Socket socket, const TlsContext& context);
    /// Verifies chain and `host` (a DNS name or an IP address) and offers a kept session.
    static TlsStream connected(Socket socket, const TlsContext& context, const std::string& host);
    TlsStream(TlsStream&&) noexcept = default;
    TlsStream& operator=(TlsStream&&) noexcept = default;
    ~TlsStream();

    Awaitable<ErrorCode> handshake();
    /// Appends what has arrived, at least one byte; `eof` after the peer's close_notify, `connection_reset`
    /// when it was cut off.
    Awaitable<ErrorCode> read_some(std::string& into);
    /// `bytes` must stay valid until it is done.
    Awaitable<ErrorCode> write_all(std::string_view bytes);

    /// Sends close_notify if that is possible at once, and closes. The session stays resumable.
    void close();
    /// Closes without a word: the peer sees a truncated stream. Ends a pending operation, and every later one
    /// at once.
    void cut();
    /// Sends close_notify and FIN but stays readable, so that unread input does not reset what was just sent.
    void finish_sending();
    /// Ends the pending operation.
    void cancel();

    /// False when an idle connection has been closed by the peer, or the peer speaks out of turn.
    bool quiet();
    /// Bytes given to the network so far, TLS records and all: unchanged means that nothing was sent.
    std::uint64_t bytes_sent() const;
    bool resumed() const;
    /// RFC 4514 subject and SHA-256 (lower-case hex) of the peer's verified certificate; empty without one.
    std::string peer_subject() const;
    std::string peer_sha256() const;
    /// Why the peer's certificate was not accepted, in OpenSSL's words; empty when it was, or none was shown.
    std::string refused_certificate() const;

private:
    enum class Step
    {
        done,
        want_read,
        want_write,
        failed
    };
    struct FreeSsl
    {
        void operator()(ssl_st* ssl) const;
    };

    TlsStream(Socket socket, const TlsContext& context);
    bool is_open();
    Step handshake_now();
    Step read_now(std::string& into);
    Step write_now(std::string_view bytes);
    Step judge(int outcome);
    Awaitable<ErrorCode> wait(Step step);
    void say_goodbye();

    Socket socket_;
    std::unique_ptr<ssl_st, FreeSsl> ssl_;
    ErrorCode error_;
    bool broken_ = false;
};

} // namespace adapters::transport

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

namespace adapters::transport
{

/// Gives a client context a small store of sessions for its one endpoint; thread-safe, freed with the
/// context.
void enable_session_cache(SSL_CTX* context);
/// Offers a kept session, if there is one, on a new connection of that context. TLS 1.3 tickets are used
/// once.
void offer_session(SSL* connection);

} // namespace adapters::transport

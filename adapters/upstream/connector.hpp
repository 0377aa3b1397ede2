// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/monotonic.hpp"
#include "adapters/transport/tls_stream.hpp"

#include <chrono>
#include <string>

namespace adapters::upstream
{

/// A verified TLS connection to host and port, or why there is none (kind `supplier_unavailable`, the
/// technical reason in `supplier_code()`). Name look-up, connecting and handshake together end at `deadline`.
/// `public_only`: of the addresses that the name stands for, private ones are left out (public_address.hpp).
Awaitable<fhir::Result<transport::TlsStream>> connect(std::string host, std::string port,
                                                      transport::TlsContext tls,
                                                      Monotonic::time_point deadline,
                                                      bool public_only = false);

} // namespace adapters::upstream

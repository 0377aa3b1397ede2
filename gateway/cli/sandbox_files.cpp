// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sandbox_files.hpp"

#include "adapters/transport/certificates.hpp"
#include "gateway/audit/signing.hpp"
#include "gateway/identity/jwk.hpp"
#include "gateway/identity/keys.hpp"
#include "gateway/store/sealer.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace gateway::cli
{

namespace
{

using fhir::Result;

constexpr mode_t owner_only = 0600;

std::unexpected<fhir::Error> cannot(const std::string& what, const std::string& path)
{
    return fhir::fail(fhir::ErrorKind::internal,
                      "Cannot " + what + " " + path + ": " + std::strerror(errno) + ".");
}

Result<void> write_file(const std::string& path, std::string_view text)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, owner_only);
    if (file < 0)
        return cannot("create", path);
    const bool whole = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(file);
    if (!whole)
        return cannot("write", path);
    return {};
}

} // namespace

Result<void> SandboxFiles::write(const std::string& name, std::string_view text) const
{
    return write_file(path(name), text);
}

Result<void> SandboxFiles::write_atomically(std::string_view name, std::string_view text) const
{
    const std::string draft = path(std::string(name) + ".new");
    if (auto written = write_file(draft, text); !written)
        return written;
    if (std::rename(draft.c_str(), path(name).c_str()) != 0)
        return cannot("rename", draft);
    return {};
}

Result<void> SandboxFiles::write_client_keys(const SandboxConsumer& consumer) const
{
    const auto key = identity::generate_private_key(identity::KeyType::ec_p384);
    if (auto written = write(consumer.client_id + ".key", identity::to_pem(key)); !written)
        return written;
    return write(consumer.client_id + ".jwks.json", identity::to_key_set_json({key.public_key()}));
}

Result<void> SandboxFiles::write_keys(const SandboxWorld& world, const SandboxGpConnect& gpconnect) const
{
    std::error_code failure;
    std::filesystem::create_directories(dir_, failure);
    if (failure)
        return fhir::fail(fhir::ErrorKind::internal,
                          "Cannot create the folder " + dir_.string() + ": " + failure.message() + ".");
    ::chmod(dir_.c_str(), 0700);
    for (const auto* stale : {"sandbox.json", "apptgw.db", "apptgw.db-wal", "apptgw.db-shm", "store.key"})
        std::filesystem::remove(path(stale), failure);

    using adapters::transport::Purpose;
    const auto authority = adapters::transport::make_authority("apptgw sandbox");
    const auto server = adapters::transport::issue(authority, {"localhost", "127.0.0.1"}, Purpose::server);
    const auto client = adapters::transport::issue(authority, {"apptgw sandbox gateway"}, Purpose::client);
    // Of whoever tries notifications: at localhost, any port.
    const auto receiver = adapters::transport::issue(authority, {"localhost", "127.0.0.1"}, Purpose::server);
    const auto signing = identity::generate_private_key(identity::KeyType::ec_p256);
    const auto auditing = audit::generate_signing_key();
    const std::vector<std::pair<std::string, std::string>> files = {
        {"ca.pem", authority.certificate}, {"server.pem", server.certificate},
        {"server.key", server.key},        {"client.pem", client.certificate},
        {"client.key", client.key},        {"token.key", identity::to_pem(signing)},
        {"audit.key", auditing.to_pem()},  {"audit.pem", auditing.public_key().to_pem()},
        {"receiver.key", receiver.key},    {"receiver.pem", receiver.certificate},
    };
    for (const auto& [name, text] : files)
        if (auto written = write(name, text); !written)
            return written;
    for (const auto& consumer : world.consumers)
        if (auto written = write_client_keys(consumer); !written)
            return written;
    if (auto written = write_client_keys(gpconnect.r4_client); !written)
        return written;
    for (const auto& consumer : gpconnect.consumers) {
        const auto issued = adapters::transport::issue(authority, {consumer.name}, Purpose::client);
        if (auto written = write(consumer.name + ".pem", issued.certificate); !written)
            return written;
        if (auto written = write(consumer.name + ".key", issued.key); !written)
            return written;
    }
    return store::create_key_file(path("store.key"));
}

http::TlsSettings SandboxFiles::server_tls() const
{
    return {path("server.pem"), path("server.key"), ca(), {}, http::ClientCertificates::none};
}

std::uint16_t free_port()
{
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(probe, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(probe);
    return ntohs(address.sin_port);
}

} // namespace gateway::cli

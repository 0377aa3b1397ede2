// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/cli/sandbox_gpconnect.hpp"
#include "gateway/cli/sandbox_world.hpp"
#include "gateway/http/server.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace gateway::cli
{

/// The sandbox's folder: throw-away authority, certificates, keys, configuration, database, sandbox.json.
/// Only the owner can read it.
class SandboxFiles
{
public:
    explicit SandboxFiles(const std::string& dir) : dir_(std::filesystem::absolute(dir).lexically_normal()) {}

    std::string path(std::string_view name) const { return (dir_ / name).string(); }
    std::string ca() const { return path("ca.pem"); }
    std::string config() const { return path("apptgw.toml"); }
    std::string client_key(const std::string& client_id) const { return path(client_id + ".key"); }

    /// Makes the folder, takes away what an earlier sandbox left, writes fresh certificates and keys. The
    /// error names the file.
    fhir::Result<void> write_keys(const SandboxWorld& world, const SandboxGpConnect& gpconnect) const;
    /// A reader sees the old file or the whole new one.
    fhir::Result<void> write_atomically(std::string_view name, std::string_view text) const;
    fhir::Result<void> write(const std::string& name, std::string_view text) const;

    http::TlsSettings server_tls() const;

private:
    fhir::Result<void> write_client_keys(const SandboxConsumer& consumer) const;

    std::filesystem::path dir_;
};

/// A port on loopback that was free a moment ago.
std::uint16_t free_port();

} // namespace gateway::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/awaitable.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gateway::store
{

/// One link of an audit chain. The store knows nothing of what `bytes` mean; the rest is what it is found by.
struct AuditRow
{
    std::string chain;
    std::int64_t sequence = 0; ///< 1, 2, 3 … in its chain
    std::string hash;          ///< 32 bytes
    std::string bytes;
    fhir::Instant at{};
    std::string agent;        ///< organisation that acted
    std::string practice;     ///< whose book it was; empty: none, or several
    std::string entity;       ///< `Appointment/<id>`; may be empty
    std::string patient_hash; ///< keyed; empty: no patient
    std::string patient;      ///< NHS number digits, sealed; only `find_audit` returns it
};

/// What was signed about a chain as it stood behind `sequence`.
struct AuditCheckpoint
{
    std::string chain;
    std::int64_t sequence = 0;
    std::string hash; ///< of the record with that sequence
    fhir::Instant at{};
    bool anchor = false; ///< what stood before it was purged
    std::string bytes;   ///< signed
    std::string signature;
};

/// The end of a chain.
struct AuditHead
{
    std::int64_t sequence = 0;
    std::string hash = std::string(32, '\0');
    std::int64_t checkpoint = 0; ///< sequence of the last one
};

struct AuditAppend
{
    std::vector<AuditRow> rows;
    std::vector<AuditCheckpoint> checkpoints;
};
/// What follows a head. Called inside the transaction, on the engine's own thread, possibly more than once.
using AuditLink = std::function<AuditAppend(const AuditHead&)>;

struct AuditChain
{
    std::string name;
    std::int64_t first = 0; ///< oldest record that is kept; 0: none
    AuditHead head;
};

/// AND of what is set; newest first.
struct AuditFilter
{
    std::string visible_to = {}; ///< acted by it, or on its book
    std::string agent = {};
    std::string practice = {};
    std::string entity = {};
    std::string patient_hash = {};
    std::optional<fhir::Instant> from = {};   ///< inclusive
    std::optional<fhir::Instant> before = {}; ///< exclusive
    std::size_t limit = 1000;
};

struct AuditPurge
{
    std::string chain;
    /// Takes the place of the checkpoint of that sequence; everything up to it goes.
    AuditCheckpoint anchor;
};

/// Reads audit chains, also beside a running gateway.
class AuditReader
{
public:
    virtual ~AuditReader() = default;

    virtual Awaitable<fhir::Result<std::vector<AuditChain>>> audit_chains() = 0;
    /// In order, those behind `after`.
    virtual Awaitable<fhir::Result<std::vector<AuditRow>>> audit_rows(std::string chain, std::int64_t after,
                                                                      std::size_t limit) = 0;
    /// In order, those at `from` or behind, the anchor among them.
    virtual Awaitable<fhir::Result<std::vector<AuditCheckpoint>>>
    audit_checkpoints(std::string chain, std::int64_t from, std::size_t limit) = 0;
    /// The last one signed at `moment` or before.
    virtual Awaitable<fhir::Result<std::optional<AuditCheckpoint>>>
    audit_checkpoint_before(std::string chain, fhir::Instant moment) = 0;
};

/// Audit chains as the store keeps them: what has been appended is never changed.
class AuditStore : public AuditReader
{
public:
    /// Appends what `link` makes of the chain's end, in one transaction. The new end.
    virtual Awaitable<fhir::Result<AuditHead>> append_audit(std::string chain, AuditLink link) = 0;
    virtual Awaitable<fhir::Result<std::vector<AuditRow>>> find_audit(AuditFilter filter) = 0;
    /// False when that checkpoint is not there.
    virtual Awaitable<fhir::Result<bool>> purge_audit(AuditPurge purge) = 0;
};

} // namespace gateway::store

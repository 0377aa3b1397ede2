// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/audit_command.hpp"

#include "adapters/clock.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/model/nhs_number.hpp"
#include "gateway/audit/export_lines.hpp"
#include "gateway/audit/export_verifier.hpp"
#include "gateway/audit/export_writer.hpp"
#include "gateway/audit/patient_hash.hpp"
#include "gateway/audit/running_hash.hpp"
#include "gateway/identity/crypto.hpp"
#include "gateway/store/sqlite_audit.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <optional>
#include <unistd.h>

namespace gateway::cli
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;

struct FileClose
{
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using OutFile = std::unique_ptr<std::FILE, FileClose>;

/// Never over a file that is there: an export is evidence.
Result<OutFile> new_private_file(const std::string& path)
{
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return fhir::fail(ErrorKind::internal,
                          path + " cannot be made. It must not exist yet, and its folder must be writable.");
    return OutFile(::fdopen(descriptor, "w"));
}

Result<std::optional<fhir::Instant>> bound(const std::string& text, const char* option)
{
    if (text.empty())
        return std::nullopt;
    if (const auto moment = fhir::parse_date_time(text))
        return moment->at;
    return fhir::fail(ErrorKind::value_invalid, std::string(option) + ": `" + text +
                                                    "` is no date such as 2026-11-23 and no instant such as "
                                                    "2026-11-23T09:00:00Z.");
}

Result<std::int64_t> run_export(store::AuditReader& reader, const audit::SigningKey& key,
                                audit::ExportRange range, std::FILE* file, audit::RunningHash& hash)
{
    boost::asio::io_context context(1);
    Result<std::int64_t> written = 0;
    boost::asio::co_spawn(context,
                          audit::write_export(reader, key, range, adapters::system_clock().now(),
                                              [file, &hash](std::string_view line) {
                                                  hash.add(line);
                                                  return std::fwrite(line.data(), 1, line.size(), file) ==
                                                         line.size();
                                              }),
                          [&](std::exception_ptr failure, Result<std::int64_t> result) {
                              if (failure)
                                  std::rethrow_exception(failure);
                              written = std::move(result);
                          });
    context.run();
    return written;
}

Result<void> put_export_on_record(const AuditOptions& options, const settings::Settings& settings,
                                  const std::string& hash)
{
    fhir::rest::Request request;
    request.method = "POST";
    request.target = "audit/exports";
    request.headers.set("Content-Type", "application/json");
    request.body = fhir::codec::to_json(fhir::codec::JsonValue::object({{"sha256", hash}}));
    if (auto proved = prove_operator(request, settings, options.by, adapters::system_clock(),
                                     adapters::secure_random());
        !proved)
        return proved;
    const auto answer = call_management(options.listener, settings, std::move(request));
    if (!answer)
        return std::unexpected(answer.error());
    if (answer->status >= 300)
        return fhir::fail(ErrorKind::internal, "The gateway did not put the export on record (status " +
                                                   std::to_string(answer->status) +
                                                   "), so that no file was left behind.");
    return {};
}

std::string described(const audit::VerifiedChain& chain)
{
    std::string begins = chain.after == 0 ? std::string("from its first record")
                                          : fmt::format("behind record {}", chain.after);
    if (chain.purged)
        begins += ", up to which it was purged";
    if (chain.first == 0)
        return fmt::format("chain {}: no records, {}\n", chain.name, begins);
    return fmt::format("chain {}: records {} to {}, {}; {} checkpoints; ends with {}\n", chain.name,
                       chain.first, chain.last, begins, chain.checkpoints, chain.head);
}

fhir::Error told(const audit::Finding& finding)
{
    std::string place = fmt::format("line {}", finding.line);
    if (!finding.chain.empty())
        place = finding.sequence > 0 ? fmt::format("chain {}, record {}, line {}", finding.chain,
                                                   finding.sequence, finding.line)
                                     : fmt::format("chain {}, line {}", finding.chain, finding.line);
    return fhir::Error(ErrorKind::invariant, "NOT whole: " + place + ": " + finding.what);
}

Result<std::ifstream> opened(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fhir::fail(ErrorKind::not_found, path + " cannot be read.");
    return file;
}

/// The hash under which a patient stands in the export.
Result<std::string> wanted_patient(const AuditOptions& options, std::istream& input)
{
    const auto key = store::read_key_file(options.key_file);
    if (!key)
        return std::unexpected(key.error());
    std::string line;
    std::getline(input, line);
    const auto number = fhir::NhsNumber::parse(line);
    if (!number)
        return std::unexpected(fhir::Error(ErrorKind::nhs_number_invalid));
    return audit::patient_hash_of(*key)(number->digits());
}

std::string who_line(const audit::AuditRecord& record)
{
    return fmt::format("{}  {:<13} {:<8} {:<8} {:<24} {:<16} {} {}{}\n", fhir::to_utc_text(record.at),
                       audit::to_text(record.event), audit::to_text(record.outcome),
                       record.agent.empty() ? "-" : record.agent, record.client.empty() ? "-" : record.client,
                       record.user.empty() ? "-" : record.user, record.via, record.action,
                       record.id.empty() ? std::string() : "  " + record.type + "/" + record.id);
}

} // namespace

Result<std::string> export_audit(const AuditOptions& options, const settings::Settings& settings)
{
    const auto key = audit::load_signing_key(settings.audit.signing_key_file);
    if (!key)
        return std::unexpected(key.error());
    const auto from = bound(options.from, "--from"), to = bound(options.to, "--to");
    if (!from || !to)
        return std::unexpected(from ? to.error() : from.error());
    auto reader = store::open_sqlite_audit(settings.store.path);
    if (!reader)
        return std::unexpected(reader.error());
    auto file = new_private_file(options.file);
    if (!file)
        return std::unexpected(file.error());
    audit::RunningHash hash;
    const auto written = run_export(**reader, *key, {*from, *to}, file->get(), hash);
    if (!written)
        return std::unexpected(written.error());
    if (std::fflush(file->get()) != 0 || ::fsync(::fileno(file->get())) != 0)
        return fhir::fail(ErrorKind::internal, options.file + " cannot be written to its end.");
    auto text = fmt::format("{} records are in {}, signed with key {}.\n", *written, options.file, key->id());
    if (options.by.empty())
        return text + "That they were exported is not on record: with --by, the running gateway is told.\n";
    if (const auto recorded = put_export_on_record(options, settings, hash.hex()); !recorded) {
        ::unlink(options.file.c_str());
        return std::unexpected(recorded.error());
    }
    return text;
}

Result<std::string> verify_audit(const AuditOptions& options)
{
    auto keys = audit::load_verifying_keys(options.public_key_file);
    if (!keys)
        return std::unexpected(keys.error());
    auto file = opened(options.file);
    if (!file)
        return std::unexpected(file.error());
    audit::ExportVerifier verifier(std::move(*keys));
    std::string piece(1 << 16, '\0');
    do {
        file->read(piece.data(), static_cast<std::streamsize>(piece.size()));
    } while (verifier.feed({piece.data(), static_cast<std::size_t>(file->gcount())}) && *file);
    const auto verified = verifier.finish();
    if (!verified)
        return std::unexpected(told(verified.error()));
    std::string text = fmt::format("Whole: {} records, exported {}, signed with key {}.\n", verified->records,
                                   fhir::to_utc_text(verified->made), verified->key);
    for (const auto& chain : verified->chains)
        text += described(chain);
    return text;
}

Result<std::string> who_in_audit(const AuditOptions& options, std::istream& input)
{
    std::string patient;
    if (options.patient) {
        auto hash = wanted_patient(options, input);
        if (!hash)
            return std::unexpected(hash.error());
        patient = std::move(*hash);
    }
    auto file = opened(options.file);
    if (!file)
        return std::unexpected(file.error());
    constexpr std::size_t hash_and_tab = 65;
    std::string text;
    for (std::string line; std::getline(*file, line);) {
        const auto start = audit::record_prefix.size() + hash_and_tab;
        if (!line.starts_with(audit::record_prefix) || line.size() <= start)
            continue;
        const auto entry = audit::parse_canonical(std::string_view(line).substr(start));
        if (!entry)
            continue;
        const auto& record = entry->record;
        const bool named = record.type == "Appointment" && record.id == options.appointment;
        if (options.patient ? record.patient_hash == patient : named)
            text += who_line(record);
    }
    return text.empty() ? "No record of it.\n" : text;
}

Result<std::string> audit_public_key(const AuditOptions& options, const settings::Settings& settings)
{
    const auto key = audit::load_signing_key(settings.audit.signing_key_file);
    if (!key)
        return std::unexpected(key.error());
    const std::string pem = key->public_key().to_pem();
    if (options.public_key_file.empty())
        return pem;
    auto file = new_private_file(options.public_key_file);
    if (!file)
        return std::unexpected(file.error());
    if (std::fwrite(pem.data(), 1, pem.size(), file->get()) != pem.size())
        return fhir::fail(ErrorKind::internal, options.public_key_file + " cannot be written.");
    return fmt::format("Key {} is in {}.\n", key->id(), options.public_key_file);
}

} // namespace gateway::cli

// SPDX-License-Identifier: Apache-2.0
#include "gateway/settings/agreed.hpp"
#include "gateway/settings/section_reader.hpp"

#include "gateway/identity/keys.hpp"
#include "gateway/messages/address.hpp"
#include "gateway/messages/template.hpp"

#include <algorithm>
#include <set>

namespace gateway::settings
{
namespace
{

/// Stands in until the required key is read; a file without it is refused anyway.
const fhir::OdsCode& no_code()
{
    static const fhir::OdsCode code = *fhir::OdsCode::parse("X");
    return code;
}

class PracticesReader
{
public:
    PracticesReader(const std::string& directory, FindSystem find_system, Loaded& loaded)
        : reader_(directory, loaded.problems), directory_(directory), find_system_(find_system),
          loaded_(loaded)
    {}

    void read(const std::vector<RawTable>& tables)
    {
        for (const RawTable& table : tables)
            read_table(table);
        check_last_practice();
    }

private:
    void read_table(const RawTable& table)
    {
        if (table.name == "practice.settings" && practice_where_)
            return read_supplier_settings(table);
        if (table.name.empty() && table.entries.empty())
            return;
        check_last_practice();
        if (!table.element)
            return reader_.problem(table.where, unknown_table(table.name));
        if (!key_of_kind(table.name).empty())
            loaded_.settings.policy_tables.push_back(to_policy_table(table));
        if (table.name == "practice")
            read_practice(table);
        else if (table.name == "federation")
            reader_.read(federation_keys(), table.name, table, loaded_.settings.federations.emplace_back());
        else if (table.name == "area")
            read_area(table);
        else if (table.name == "agreement")
            read_agreement(table);
        else if (table.name == "valve")
            read_valve(table);
        else if (table.name == "service")
            read_service(table);
        else if (table.name == "slot_type")
            read_slot_type(table);
        else if (table.name == "escalation")
            read_escalation(table);
        else if (table.name == "message")
            read_message(table);
        else if (table.name == "team_address")
            read_team_address(table);
        else if (table.name == "client")
            read_client(table);
        else if (table.name == "issuer")
            read_issuer(table);
        else if (table.name == "gpconnect_consumer")
            read_gpconnect_consumer(table);
        else
            reader_.problem(table.where, unknown_table(table.name));
    }

    static std::string unknown_table(const std::string& name)
    {
        const std::string like = nearest(name, {"practice", "federation", "area", "agreement", "valve",
                                                "service", "slot_type", "escalation", "message",
                                                "team_address", "client", "issuer", "gpconnect_consumer"});
        return "[[practice]], [[federation]], [[area]], [[agreement]], [[valve]], [[service]], "
               "[[slot_type]], [[escalation]], [[message]], [[team_address]], "
               "[[client]], [[issuer]] and [[gpconnect_consumer]] are expected here, not `" +
               name + "`." + (like.empty() ? "" : " Did you mean [[" + like + "]]?");
    }

    void read_practice(const RawTable& table)
    {
        Practice practice{{no_code(), {}, {}}, {}, {}, {}, {}, {}};
        reader_.read(practice_keys(), "practice", table, practice);
        if (practice.search_identity)
            practice.search_identity->credential = secret_line(practice.search_identity->credential);
        if (practice.config.ods != no_code() && !seen_practices_.insert(practice.config.ods.text()).second)
            reader_.problem(table.where, "Practice " + practice.config.ods.text() + " is listed twice.");
        if (practice.endpoint.certificate_file.empty() != practice.endpoint.key_file.empty())
            reader_.problem(table.where, "certificate_file and key_file go together.");
        for (const RawEntry& entry : table.entries)
            keep_fixed(practice, entry);
        loaded_.settings.practices.push_back(std::move(practice));
        practice_where_ = table.where;
    }

    /// The value in the file without its line end.
    static std::string secret_line(const std::string& file)
    {
        std::string text = identity::read_text_file(file, true).value_or(std::string());
        while (text.ends_with('\n') || text.ends_with('\r'))
            text.pop_back();
        return text;
    }

    /// Its adapter and connections are made at start.
    void keep_fixed(const Practice& practice, const RawEntry& entry)
    {
        loaded_.settings.fixed["practice " + practice.config.ods.text()] +=
            entry.key + " = " + as_written(entry.value) + "\n";
    }

    void read_supplier_settings(const RawTable& table)
    {
        for (const RawEntry& entry : table.entries)
            keep_fixed(loaded_.settings.practices.back(), entry);
        const auto* system = system_of_last();
        for (const RawEntry& entry : table.entries)
            read_supplier_setting(entry, system);
        if (!system)
            return;
        std::vector<std::string> known;
        for (const auto& key : system->settings)
            known.push_back(std::string(key.name) + (key.secret ? "_file" : ""));
        RawTable plain = table;
        std::erase_if(plain.entries, [&](const RawEntry& entry) { return is_secret(entry.key, system); });
        reader_.refuse_unknown(known, "practice.settings", plain);
    }

    /// A secret is named by its file, `<name>_file`, like every other secret here.
    void read_supplier_setting(const RawEntry& entry, const adapters::SupplierSystem* system)
    {
        auto& settings = loaded_.settings.practices.back().config.settings;
        const std::string full = "`" + entry.key + "` of [practice.settings]";
        if (is_secret(entry.key, system))
            return reader_.problem(entry.where, full +
                                                    " is a secret: write it into a file of its own and name "
                                                    "that here as `" +
                                                    entry.key + "_file`.");
        const std::string secret = secret_of_file_key(entry.key, system);
        const auto value = check_value(entry.value, {kind_of(entry.key, secret), {}, 0, 0}, directory_);
        if (!value)
            reader_.problem(entry.where, full + ": " + value.error());
        else if (secret.empty())
            settings.insert_or_assign(entry.key, value->text);
        else
            settings.insert_or_assign(secret, secret_line(value->text));
    }

    /// A file that holds no secret, such as certificates, is looked for where every other file is.
    static Kind kind_of(const std::string& key, const std::string& secret)
    {
        if (!secret.empty())
            return Kind::secret_file;
        return key.ends_with("_file") ? Kind::file : Kind::text;
    }

    static bool is_secret(const std::string& name, const adapters::SupplierSystem* system)
    {
        return system && std::ranges::any_of(system->settings, [&](const auto& setting) {
                   return setting.secret && setting.name == name;
               });
    }

    static std::string secret_of_file_key(const std::string& key, const adapters::SupplierSystem* system)
    {
        constexpr std::string_view end = "_file";
        std::string name = key.ends_with(end) ? key.substr(0, key.size() - end.size()) : std::string();
        return is_secret(name, system) ? name : std::string();
    }

    const adapters::SupplierSystem* system_of_last() const
    {
        return find_system_ ? find_system_(loaded_.settings.practices.back().system) : nullptr;
    }

    /// Its sub-table follows a practice, so it is complete only when the next table begins.
    void check_last_practice()
    {
        if (!practice_where_)
            return;
        const std::string where = *practice_where_;
        practice_where_.reset();
        const Practice& practice = loaded_.settings.practices.back();
        if (!find_system_ || practice.system.empty())
            return;
        const auto* system = system_of_last();
        if (!system)
            return reader_.problem(where, "There is no supplier system `" + practice.system + "`.");
        for (const auto& key : system->settings)
            if (key.required && !practice.config.settings.contains(std::string(key.name)))
                reader_.problem(where,
                                "`" + std::string(key.name) + (key.secret ? "_file" : "") +
                                    "` of [practice.settings] is missing: " + std::string(key.meaning));
        if (practice.deliver_tasks && !system->capabilities.delivers_messages &&
            !system->capabilities.delivers_prescription_requests)
            reader_.problem(where,
                            "`deliver_tasks` of [practice] is set, and this system takes no tasks: they "
                            "stay in the inbox. Leave it out.");
        if (system->capabilities.needs_search_identity && !practice.search_identity)
            reader_.problem(where, "`search_identity_file` is missing: this system shows its slots only to "
                                   "one of its own accounts or "
                                   "patients.");
    }

    void read_area(const RawTable& table)
    {
        policy::Area area{no_code(), {}, {}, {}, {}};
        reader_.read(area_keys(), "area", table, area);
        if (area.ods != no_code() && !seen_areas_.insert(area.ods.text()).second)
            reader_.problem(table.where, "Area " + area.ods.text() + " is listed twice.");
        loaded_.settings.areas.push_back(std::move(area));
    }

    void read_agreement(const RawTable& table)
    {
        policy::Agreement agreement;
        reader_.read(agreement_keys(), "agreement", table, agreement);
        const bool plain = std::ranges::all_of(agreement.id, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        });
        if (!plain)
            reader_.problem(table.where, "`id` of [agreement] is small letters, digits and hyphens, such as "
                                         "\"harbour-evening\".");
        if (!agreement.id.empty() && !seen_agreements_.insert(agreement.id).second)
            reader_.problem(table.where, "Agreement `" + agreement.id + "` is listed twice.");
        const auto allows = std::ranges::find(table.entries, "allows", &RawEntry::key);
        if (allows != table.entries.end())
            if (const auto* uses = std::get_if<TextList>(&allows->value))
                for (const std::string& use : *uses)
                    if (!policy::parse_use(use))
                        reader_.problem(allows->where,
                                        "`allows` of [agreement] knows search, book and task, not `" + use +
                                            "`.");
        if (agreement.from && agreement.until && *agreement.until < *agreement.from)
            reader_.problem(table.where, "Agreement `" + agreement.id + "` ends before it begins.");
        loaded_.settings.agreements.push_back(std::move(agreement));
    }

    void read_valve(const RawTable& table)
    {
        policy::Valve valve{no_code(), {}, {}, {}, {}};
        reader_.read(valve_keys(), "valve", table, valve);
        if (valve.practice != no_code() && !seen_valves_.insert(valve.practice.text()).second)
            reader_.problem(table.where, "Practice " + valve.practice.text() + " has two valves.");
        loaded_.settings.valves.push_back(std::move(valve));
    }

    void read_service(const RawTable& table)
    {
        policy::BookableService service;
        reader_.read(service_keys(), "service", table, service);
        if (!service.id.empty() && !seen_services_.insert(service.id).second)
            reader_.problem(table.where, "Service `" + service.id + "` is listed twice.");
        if (service.practices.empty())
            reader_.problem(table.where, "`practices` of [service] names no practice.");
        if (service.referrals && service.practices.size() > 1 && service.referral_owner.empty())
            reader_.problem(table.where, "`referral_owner` of [service] is missing: the service has several "
                                         "practices, and a referral must be one organisation's to work on.");
        if (service.referrals && service.referral_team.empty())
            reader_.problem(table.where, "`referral_team` of [service] names no team.");
        loaded_.settings.services.push_back(std::move(service));
    }

    void read_slot_type(const RawTable& table)
    {
        slot_types::SlotType type{{}};
        reader_.read(slot_type_keys(), "slot_type", table, type);
        if (type.category.empty() && type.channel.empty() && type.role.empty())
            reader_.problem(table.where,
                            "[[slot_type]] says nothing of these slots: give category, channel or role.");
        loaded_.settings.slot_types.push_back(std::move(type));
    }

    /// The sweep takes them up at start.
    void read_escalation(const RawTable& table)
    {
        workflow::Rung rung;
        reader_.read(escalation_keys(), "escalation", table, rung);
        if (rung.team.empty())
            reader_.problem(table.where, "`team` of [escalation] names no team.");
        if (rung.to != "owner" && rung.to != "requester" && !fhir::OdsCode::parse(rung.to))
            reader_.problem(table.where,
                            "`to` of [escalation] is neither owner nor requester nor an ODS code.");
        for (const RawEntry& entry : table.entries)
            loaded_.settings.fixed["escalation"] += entry.key + " = " + as_written(entry.value) + "\n";
        loaded_.settings.workflow.ladder.push_back(std::move(rung));
    }

    /// Taken up at start.
    void read_message(const RawTable& table)
    {
        messages::MessageText message;
        reader_.read(message_keys(), "message", table, message);
        const auto& row = messages::row_of(message.about);
        if (!row.for_patient && message.medium == messages::Medium::sms)
            reader_.problem(table.where,
                            "Teams are told by e-mail: `medium` of [message] cannot be sms here.");
        for (const RawEntry& entry : table.entries) {
            loaded_.settings.fixed["message"] += entry.key + " = " + as_written(entry.value) + "\n";
            const auto* text = std::get_if<std::string>(&entry.value);
            if (text == nullptr || (entry.key != "text" && entry.key != "subject"))
                continue;
            if (const auto good = messages::check_template(*text, row.placeholders); !good)
                reader_.problem(entry.where, "`" + entry.key + "` of [message]: " + good.error());
        }
        loaded_.settings.messages.texts.push_back(std::move(message));
    }

    void read_team_address(const RawTable& table)
    {
        messages::TeamAddress address;
        reader_.read(team_address_keys(), "team_address", table, address);
        if (!address.email.empty() && !messages::is_email(address.email))
            reader_.problem(table.where, "`email` of [team_address] is no address such as "
                                         "\"appointments@practice.example.org\".");
        for (const RawEntry& entry : table.entries)
            loaded_.settings.fixed["team_address"] += entry.key + " = " + as_written(entry.value) + "\n";
        loaded_.settings.messages.teams.push_back(std::move(address));
    }

    void read_client(const RawTable& table)
    {
        identity::Client client{{}, no_code(), {}, {}, {}, {}, {}, {}, {}, {}};
        reader_.read(client_keys(), "client", table, client);
        if (!client.client_id.empty() && !seen_clients_.insert(client.client_id).second)
            reader_.problem(table.where, "Client `" + client.client_id + "` is listed twice.");
        if (!client.jwks_file.empty() && !client.jwks_url.empty())
            reader_.problem(table.where, "Give jwks_file or jwks_url, not both.");
        if (client.scopes.empty())
            reader_.problem(table.where, "`scope` of [client] holds no scope such as \"system/Slot.rs\".");
        loaded_.settings.identity.clients.push_back(std::move(client));
    }

    void read_issuer(const RawTable& table)
    {
        auto& issuer = loaded_.settings.identity.issuers.emplace_back();
        reader_.read(issuer_keys(), "issuer", table, issuer);
        if (issuer.jwks_file.empty() == issuer.jwks_url.empty())
            reader_.problem(table.where, "Give jwks_file or jwks_url, one of them.");
    }

    void read_gpconnect_consumer(const RawTable& table)
    {
        identity::SpineConsumer consumer{{}, {}, no_code(), {}, {}};
        reader_.read(gpconnect_consumer_keys(), "gpconnect_consumer", table, consumer);
        if (!consumer.asid.empty() &&
            !seen_consumers_.insert(consumer.certificate_sha256 + " " + consumer.asid).second)
            reader_.problem(table.where, "ASID " + consumer.asid + " is listed twice for one certificate.");
        loaded_.settings.gpconnect.consumers.push_back(std::move(consumer));
    }

    SectionReader reader_;
    const std::string directory_;
    FindSystem find_system_;
    Loaded& loaded_;
    std::set<std::string> seen_practices_, seen_clients_, seen_services_, seen_consumers_, seen_areas_,
        seen_agreements_, seen_valves_;
    std::optional<std::string> practice_where_;
};

} // namespace

void read_practices(const RawDocument& document, const std::string& directory, FindSystem find_system,
                    Loaded& loaded)
{
    PracticesReader(directory, find_system, loaded).read(document.tables);
}

} // namespace gateway::settings

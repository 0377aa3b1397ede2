// SPDX-License-Identifier: Apache-2.0
#include "gateway/slot_types/mapped_adapter.hpp"

#include "adapters/slot_pattern.hpp"
#include "gateway/policy/slot_kind.hpp"
#include "gateway/slot_types/national_category.hpp"

#include <unordered_map>

namespace gateway::slot_types
{

namespace
{

using adapters::Awaitable;
using adapters::FoundSlots;
using adapters::SharedSlot;
using fhir::Result;

constexpr std::string_view job_roles = "https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName";
constexpr std::string_view channels = "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel";

fhir::CodeableConcept concept_of(std::string system, std::string_view code, std::string_view display)
{
    fhir::Coding coding;
    coding.system = fhir::Uri(std::move(system));
    coding.code = fhir::Code(std::string(code));
    if (!display.empty())
        coding.display = std::string(display);
    fhir::CodeableConcept made;
    made.coding.push_back(std::move(coding));
    return made;
}

/// One answer of a practice, mapped.
class AnswerMapper
{
public:
    /// Rows that were mapped before, by the row as the adapter sent it: what comes again unchanged is the
    /// same object, also mapped, so that its JSON is not made again.
    struct Kept
    {
        SharedSlot original, mapped;
    };
    using Rows = std::unordered_map<const adapters::SlotRow*, Kept>;

    AnswerMapper(const FoundSlots& found, const SlotTypes& types, const fhir::OdsCode& practice,
                 const std::string& origin, const Rows& before)
        : types_(types), practice_(practice), origin_(origin), before_(before)
    {
        for (const auto& schedule : found.schedules)
            schedules_.emplace("Schedule/" + schedule->id.value_or(""), &*schedule);
    }

    SharedSlot map(const SharedSlot& slot)
    {
        Kind& kind = kind_of(*slot);
        ++kind.slots;
        if (!kind.type)
            return slot;
        const auto known = before_.find(slot.get());
        auto made = known == before_.end() ? make(*slot, kind) : known->second.mapped;
        rows_.emplace(slot.get(), Kept{slot, made});
        return made;
    }
    void note_names(SeenTypes& seen, fhir::Instant now) const
    {
        std::map<std::string, SeenType> names;
        for (const auto& [key, kind] : kinds_) {
            auto [at, fresh] = names.try_emplace(kind.name, SeenType{practice_, kind.name, 0, now, {}});
            at->second.slots += kind.slots;
            if (kind.type)
                at->second.mapped = *kind.type;
        }
        for (auto& [name, each] : names)
            seen.note(std::move(each));
    }
    Rows take_rows() { return std::move(rows_); }

private:
    /// Slots that share everything which is mapped.
    struct Kind
    {
        const SlotType* type = nullptr;
        std::string name;
        std::size_t slots = 0;
        std::shared_ptr<const adapters::SlotPattern> pattern;
    };

    Kind& kind_of(const adapters::SlotRow& slot)
    {
        const fhir::Slot& common = slot.common();
        const auto [at, fresh] = kinds_.try_emplace(&common);
        if (fresh) {
            const auto known = schedules_.find(common.schedule.reference.value_or(""));
            const auto names = local_names(common, known == schedules_.end() ? nullptr : known->second);
            at->second.name = names.empty() ? std::string() : std::string(names.front());
            at->second.type = types_.find(practice_, names);
        }
        return at->second;
    }
    SharedSlot make(const adapters::SlotRow& slot, Kind& kind) const
    {
        if (!slot.pattern()) {
            adapters::OfferedSlot offered = slot.offered();
            offered.slot = mapped(std::move(offered.slot), *kind.type, origin_);
            return adapters::share(std::move(offered));
        }
        if (!kind.pattern)
            kind.pattern = std::make_shared<const adapters::SlotPattern>(
                mapped(slot.common(), *kind.type, origin_), slot.pattern()->key_end());
        return slot.on(kind.pattern);
    }

    const SlotTypes& types_;
    const fhir::OdsCode& practice_;
    const std::string& origin_;
    const Rows& before_;
    Rows rows_;
    std::map<std::string, const fhir::Schedule*> schedules_;
    std::unordered_map<const fhir::Slot*, Kind> kinds_;
};

class MappedAdapter : public adapters::Adapter
{
public:
    MappedAdapter(std::unique_ptr<adapters::Adapter> inner, fhir::OdsCode practice, Mapping mapping)
        : inner_(std::move(inner)), practice_(std::move(practice)), mapping_(std::move(mapping))
    {}

    const adapters::Capabilities& capabilities() const override { return inner_->capabilities(); }
    Awaitable<Result<adapters::PracticeSettings>> practice_settings(adapters::Provenance provenance) override
    {
        return inner_->practice_settings(std::move(provenance));
    }
    Awaitable<Result<FoundSlots>> find_slots(adapters::FindSlots query) override
    {
        auto found = co_await inner_->find_slots(std::move(query));
        if (found)
            map(*found);
        co_return found;
    }
    Awaitable<Result<fhir::Patient>> find_patient(adapters::FindPatient query) override
    {
        return inner_->find_patient(std::move(query));
    }
    Awaitable<Result<fhir::Patient>> register_patient(adapters::FindPatient query) override
    {
        return inner_->register_patient(std::move(query));
    }
    Awaitable<Result<adapters::PatientLink>> link_patient(adapters::FindPatient query) override
    {
        return inner_->link_patient(std::move(query));
    }
    Awaitable<Result<adapters::SupplierAppointment>> book(adapters::BookAppointment booking) override
    {
        return inner_->book(std::move(booking));
    }
    Awaitable<Result<adapters::SupplierAppointment>> cancel(adapters::CancelAppointment cancellation) override
    {
        return inner_->cancel(std::move(cancellation));
    }
    Awaitable<Result<adapters::SupplierAppointment>> amend(adapters::AmendAppointment amendment) override
    {
        return inner_->amend(std::move(amendment));
    }
    Awaitable<Result<adapters::SupplierAppointment>>
    read_appointment(adapters::ReadAppointment query) override
    {
        return inner_->read_appointment(std::move(query));
    }
    Awaitable<Result<std::vector<adapters::SupplierAppointment>>>
    list_appointments(adapters::ListAppointments query) override
    {
        return inner_->list_appointments(std::move(query));
    }
    Awaitable<Result<adapters::Receipt>> deliver(adapters::Delivery delivery) override
    {
        return inner_->deliver(std::move(delivery));
    }
    Awaitable<Result<std::optional<adapters::Receipt>>> find_delivered(adapters::Delivery delivery) override
    {
        return inner_->find_delivered(std::move(delivery));
    }

private:
    void map(FoundSlots& found)
    {
        const auto types = mapping_.types.snapshot();
        const auto before = rows_by(types);
        AnswerMapper mapper(found, *types, practice_, mapping_.origin, *before);
        for (SharedSlot& slot : found.slots)
            slot = mapper.map(slot);
        mapper.note_names(mapping_.seen, mapping_.clock.now());
        const std::lock_guard lock(mutex_);
        rows_ = std::make_shared<const AnswerMapper::Rows>(mapper.take_rows());
        mapped_by_ = types;
    }
    std::shared_ptr<const AnswerMapper::Rows> rows_by(const std::shared_ptr<const SlotTypes>& types)
    {
        const std::lock_guard lock(mutex_);
        return mapped_by_ == types ? rows_ : std::make_shared<const AnswerMapper::Rows>();
    }

    std::unique_ptr<adapters::Adapter> inner_;
    fhir::OdsCode practice_;
    Mapping mapping_;
    std::mutex mutex_;
    std::shared_ptr<const AnswerMapper::Rows> rows_ = std::make_shared<const AnswerMapper::Rows>();
    std::shared_ptr<const SlotTypes> mapped_by_;
};

} // namespace

fhir::Slot mapped(fhir::Slot slot, const SlotType& type, std::string_view origin)
{
    const std::string base(origin);
    if (const auto* category = find_category(type.category))
        slot.service_category.push_back(concept_of(base + std::string(policy::national_category_path),
                                                   category->code, category->display));
    if (!type.channel.empty() && !policy::delivery_channel(slot)) {
        fhir::Extension channel;
        channel.url = policy::uk_core_channel;
        channel.value = concept_of(std::string(channels), type.channel, type.channel);
        slot.extension.push_back(std::move(channel));
    }
    if (!type.role.empty()) {
        fhir::Extension role;
        role.url = base + std::string(policy::slot_role_path);
        role.value = concept_of(std::string(job_roles), type.role, {});
        slot.extension.push_back(std::move(role));
    }
    return slot;
}

std::unique_ptr<adapters::Adapter> make_mapped_adapter(std::unique_ptr<adapters::Adapter> inner,
                                                       fhir::OdsCode practice, Mapping mapping)
{
    return std::make_unique<MappedAdapter>(std::move(inner), std::move(practice), std::move(mapping));
}

} // namespace gateway::slot_types

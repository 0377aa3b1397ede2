// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/datatypes.hpp"

#include <memory>
#include <typeinfo>

namespace fhir
{

namespace schema
{
struct TypeInfo;
}

/// Any resource, held by value: what stands in `contained`, in Bundle entries and in Parameters. Copies are
/// deep.
class AnyResource
{
public:
    AnyResource() = default;
    template <class T>
    AnyResource(T resource) : held_(std::make_unique<Model<T>>(std::move(resource)))
    {}
    AnyResource(const AnyResource& other) : held_(other.held_ ? other.held_->clone() : nullptr) {}
    AnyResource(AnyResource&&) noexcept = default;
    AnyResource& operator=(AnyResource other) noexcept
    {
        held_.swap(other.held_);
        return *this;
    }

    bool empty() const { return held_ == nullptr; }
    /// The resource when it is a T, otherwise nullptr.
    template <class T>
    const T* as() const
    {
        return held_ && held_->type() == typeid(T) ? static_cast<const T*>(held_->address()) : nullptr;
    }
    template <class T>
    T* as()
    {
        return held_ && held_->type() == typeid(T) ? static_cast<T*>(held_->address()) : nullptr;
    }
    /// Declaration of the held type; never call on an empty one.
    const schema::TypeInfo& type() const { return held_->info(); }
    const void* address() const { return held_ ? held_->address() : nullptr; }
    void* address() { return held_ ? held_->address() : nullptr; }

private:
    struct Concept
    {
        virtual ~Concept() = default;
        virtual std::unique_ptr<Concept> clone() const = 0;
        virtual const std::type_info& type() const = 0;
        virtual const schema::TypeInfo& info() const = 0;
        virtual void* address() = 0;
        virtual const void* address() const = 0;
    };
    template <class T>
    struct Model : Concept
    {
        explicit Model(T resource) : value(std::move(resource)) {}
        std::unique_ptr<Concept> clone() const override { return std::make_unique<Model>(value); }
        const std::type_info& type() const override { return typeid(T); }
        const schema::TypeInfo& info() const override { return T::declaration(); }
        void* address() override { return &value; }
        const void* address() const override { return &value; }
        T value;
    };
    std::unique_ptr<Concept> held_;
};

/// Elements of every resource.
struct Resource
{
    Resource();
    Resource(const Resource&);
    Resource(Resource&&) noexcept;
    Resource& operator=(const Resource&);
    Resource& operator=(Resource&&) noexcept;
    ~Resource();

    std::optional<std::string> id;
    std::optional<Meta> meta;
    std::optional<Uri> implicit_rules;
    std::optional<Code> language;
    std::vector<PrimitiveExtras> extras;
};

struct DomainResource : Resource
{
    DomainResource();
    DomainResource(const DomainResource&);
    DomainResource(DomainResource&&) noexcept;
    DomainResource& operator=(const DomainResource&);
    DomainResource& operator=(DomainResource&&) noexcept;
    ~DomainResource();

    std::optional<Narrative> text;
    std::vector<AnyResource> contained;
    std::vector<Extension> extension;
    std::vector<Extension> modifier_extension;
};

} // namespace fhir

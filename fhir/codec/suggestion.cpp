// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/suggestion.hpp"

#include "fhir/outcome/edit_distance.hpp"

namespace fhir::codec
{

namespace
{

constexpr std::size_t longest_name = 40;

class Closest
{
public:
    explicit Closest(std::string_view name) : name_(name) {}
    void offer(std::string_view candidate)
    {
        const auto d = edit_distance(name_, candidate);
        if (d < best_) {
            best_ = d;
            found_ = candidate;
        }
    }
    std::string_view found() const { return found_; }

private:
    std::string_view name_;
    std::size_t best_ = 3; // more than two slips are another word
    std::string_view found_;
};

} // namespace

std::string suggestion(const schema::TypeInfo& type, std::string_view name)
{
    if (name.size() < 3 || name.size() > longest_name)
        return {};
    Closest closest(name);
    for (const auto& element : type.elements) {
        if (!element.choice)
            closest.offer(element.name);
        else
            for (const auto& choice : element.choice->choices)
                closest.offer(choice.name);
    }
    const auto found = closest.found();
    return found.empty() ? std::string{} : " Did you mean '" + std::string(found) + "'?";
}

} // namespace fhir::codec

// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/suggestion.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace fhir::codec
{

namespace
{

constexpr std::size_t longest_name = 40;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Levenshtein distance without case.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

class Closest
{
public:
    explicit Closest(std::string_view name) : name_(name) {}
    void offer(std::string_view candidate)
    {
        const auto d = distance(name_, candidate);
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

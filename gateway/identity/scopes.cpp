// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/caller.hpp"

#include "gateway/identity/scopes.hpp"

#include <algorithm>
#include <optional>

namespace gateway::identity
{
namespace
{

constexpr std::string_view of_system = "system/";
constexpr std::string_view of_patient = "patient/";
constexpr std::string_view letters = "cruds"; // as Permission counts

bool is_resource_name(std::string_view text)
{
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    return text == "*" || (!text.empty() && text.size() <= 64 && std::ranges::all_of(text, letter));
}

/// v2 permissions are a subset of `cruds` in that order (SMART App Launch 2.0).
bool set_permissions(Scope& scope, std::string_view text)
{
    if (text == "read")
        text = "rs";
    else if (text == "write")
        text = "cud";
    else if (text == "*")
        text = "cruds";
    bool* const flags[] = {&scope.create, &scope.read, &scope.update, &scope.delete_, &scope.search};
    std::size_t next = 0;
    for (const char c : text) {
        const auto at = letters.find(c, next);
        if (at == std::string_view::npos)
            return false;
        *flags[at] = true;
        next = at + 1;
    }
    return !text.empty();
}

std::optional<Scope> parse_scope(std::string_view text)
{
    const bool patient = text.starts_with(of_patient);
    if (!patient && !text.starts_with(of_system))
        return std::nullopt;
    text.remove_prefix(patient ? of_patient.size() : of_system.size());
    const auto dot = text.find('.');
    if (dot == std::string_view::npos || !is_resource_name(text.substr(0, dot)))
        return std::nullopt;
    Scope scope;
    scope.patient = patient;
    scope.resource = text.substr(0, dot);
    if (!set_permissions(scope, text.substr(dot + 1)))
        return std::nullopt;
    return scope;
}

bool any(const Scope& scope)
{
    return scope.create || scope.read || scope.update || scope.delete_ || scope.search;
}

void merge(std::vector<Scope>& scopes, Scope added)
{
    const auto same = std::ranges::find_if(scopes, [&](const Scope& scope) {
        return scope.resource == added.resource && scope.patient == added.patient;
    });
    if (same == scopes.end())
        return scopes.push_back(std::move(added));
    same->create |= added.create;
    same->read |= added.read;
    same->update |= added.update;
    same->delete_ |= added.delete_;
    same->search |= added.search;
}

bool allows(const Scope& scope, Permission permission)
{
    switch (permission) {
    case Permission::create:
        return scope.create;
    case Permission::read:
        return scope.read;
    case Permission::update:
        return scope.update;
    case Permission::delete_:
        return scope.delete_;
    case Permission::search:
        return scope.search;
    }
    return false;
}

bool holds(const std::vector<Scope>& scopes, bool patient, Permission permission, std::string_view resource)
{
    return std::ranges::any_of(scopes, [&](const Scope& scope) {
        return scope.patient == patient && (scope.resource == "*" || scope.resource == resource) &&
               allows(scope, permission);
    });
}

} // namespace

std::vector<Scope> parse_scopes(std::string_view text)
{
    std::vector<Scope> scopes;
    while (!text.empty()) {
        const auto blank = std::min(text.find(' '), text.size());
        if (auto scope = parse_scope(text.substr(0, blank)))
            merge(scopes, std::move(*scope));
        text.remove_prefix(std::min(blank + 1, text.size()));
    }
    return scopes;
}

std::string to_text(const std::vector<Scope>& scopes)
{
    std::string text;
    for (const Scope& scope : scopes) {
        if (!text.empty())
            text += ' ';
        text.append(scope.patient ? of_patient : of_system).append(scope.resource).push_back('.');
        if (scope.create)
            text += 'c';
        if (scope.read)
            text += 'r';
        if (scope.update)
            text += 'u';
        if (scope.delete_)
            text += 'd';
        if (scope.search)
            text += 's';
    }
    return text;
}

std::vector<Scope> narrowed(const std::vector<Scope>& wanted, const std::vector<Scope>& allowed)
{
    std::vector<Scope> granted;
    for (const Scope& want : wanted)
        for (const Scope& limit : allowed) {
            if (want.patient != limit.patient)
                continue;
            if (want.resource != limit.resource && want.resource != "*" && limit.resource != "*")
                continue;
            Scope both;
            both.patient = want.patient;
            both.resource = want.resource == "*" ? limit.resource : want.resource;
            both.create = want.create && limit.create;
            both.read = want.read && limit.read;
            both.update = want.update && limit.update;
            both.delete_ = want.delete_ && limit.delete_;
            both.search = want.search && limit.search;
            if (any(both))
                merge(granted, std::move(both));
        }
    return granted;
}

bool Caller::may(Permission permission, std::string_view resource) const
{
    return !patient && holds(scopes, false, permission, resource);
}

bool Caller::may_as_patient(Permission permission, std::string_view resource) const
{
    return patient && holds(scopes, true, permission, resource);
}

std::vector<Scope> of_systems(std::vector<Scope> scopes)
{
    std::erase_if(scopes, &Scope::patient);
    return scopes;
}

std::string scope_name(Permission permission, std::string_view type)
{
    return std::string(of_system) + std::string(type) + "." + letters[static_cast<std::size_t>(permission)];
}

} // namespace gateway::identity

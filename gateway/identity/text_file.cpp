// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/keys.hpp"

#include <sys/stat.h>

#include <fstream>

namespace gateway::identity
{

fhir::Result<std::string> read_text_file(const std::string& file, bool secret, std::size_t max_bytes)
{
    const auto refuse = [&](std::string_view why) {
        return fhir::fail(fhir::ErrorKind::internal, file + " " + std::string(why));
    };
    struct stat facts = {};
    if (::stat(file.c_str(), &facts) != 0)
        return refuse("does not exist or cannot be reached.");
    if (!S_ISREG(facts.st_mode))
        return refuse("is not a regular file.");
    if (secret && (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return refuse("holds a secret but other accounts may use it: run `chmod 600` on it.");
    if (static_cast<std::size_t>(facts.st_size) > max_bytes)
        return refuse("is larger than " + std::to_string(max_bytes) + " bytes.");
    std::ifstream in(file, std::ios::binary);
    std::string text(static_cast<std::size_t>(facts.st_size), '\0');
    if (!in.read(text.data(), static_cast<std::streamsize>(text.size())))
        return refuse("cannot be read by this account.");
    return text;
}

} // namespace gateway::identity

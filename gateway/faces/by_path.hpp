// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/http/handler.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gateway::faces
{

/// One listener for several faces: each serves what lies below its path, `/bars/FHIR/R4`; `otherwise` serves
/// all else and speaks for the listener where a request is refused before it has a path. The faces outlive
/// it.
std::unique_ptr<http::Handler> make_by_path(std::vector<std::pair<std::string, http::Handler*>> faces,
                                            http::Handler& otherwise);

} // namespace gateway::faces

// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/by_path.hpp"

namespace gateway::faces
{

namespace
{

class ByPath : public http::Handler
{
public:
    ByPath(std::vector<std::pair<std::string, http::Handler*>> faces, http::Handler& otherwise)
        : faces_(std::move(faces)), otherwise_(otherwise)
    {}

    Awaitable<fhir::rest::Response> handle(fhir::rest::Request request) override
    {
        http::Handler& face = face_of(request.path());
        auto response = co_await face.handle(std::move(request));
        co_return response;
    }

    fhir::rest::Response refuse(const fhir::Error& error) override { return otherwise_.refuse(error); }

private:
    http::Handler& face_of(std::string_view path) const
    {
        for (const auto& [below, face] : faces_)
            if (path.starts_with(below) && (path.size() == below.size() || path[below.size()] == '/'))
                return *face;
        return otherwise_;
    }

    std::vector<std::pair<std::string, http::Handler*>> faces_;
    http::Handler& otherwise_;
};

} // namespace

std::unique_ptr<http::Handler> make_by_path(std::vector<std::pair<std::string, http::Handler*>> faces,
                                            http::Handler& otherwise)
{
    return std::make_unique<ByPath>(std::move(faces), otherwise);
}

} // namespace gateway::faces

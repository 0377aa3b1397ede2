-- SPDX-License-Identifier: Apache-2.0
-- Books one slot after another: a file with one Appointment per line, each sent once.
local bodies = {}
local position = 0

function init(args)
    for line in io.lines(args[1]) do
        bodies[#bodies + 1] = line
    end
    position = tonumber(args[2])
    wrk.headers["Content-Type"] = "application/fhir+json"
end

function request()
    position = position + 1
    return wrk.format("POST", nil, nil, bodies[position] or bodies[#bodies])
end

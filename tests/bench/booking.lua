-- SPDX-License-Identifier: Apache-2.0
-- Books one slot after another: a file with one Appointment per line, each sent once. When a run's share of them is used up it
-- stops; sending one again would be refused and measure something else.
local bodies = {}
local position = 0
local last = 0

function init(args)
    for line in io.lines(args[1]) do
        bodies[#bodies + 1] = line
    end
    position = tonumber(args[2])
    last = position + tonumber(args[3])
    wrk.headers["Content-Type"] = "application/fhir+json"
end

function request()
    position = position + 1
    if position <= last and bodies[position] then
        return wrk.format("POST", nil, nil, bodies[position])
    end
    wrk.thread:stop()
    return wrk.format("GET", "/_ping")
end

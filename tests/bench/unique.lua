-- SPDX-License-Identifier: Apache-2.0
-- The same question in ever new words: the search begins a millisecond later each time, before any surgery opens.
-- args: what stands before and behind the time of day.

local before, behind
local count = 0

function init(args)
    before, behind = args[1], args[2]
    count = math.floor((tonumber(args[3]) or 0) * 1000000)
end

function request()
    count = (count + 1) % (7 * 3600 * 1000)
    local seconds = math.floor(count / 1000)
    local time = string.format("T%02d:%02d:%02d.%03dZ", math.floor(seconds / 3600), math.floor(seconds / 60) % 60, seconds % 60, count % 1000)
    return wrk.format("GET", before .. time .. behind)
end

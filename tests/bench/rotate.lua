-- SPDX-License-Identifier: Apache-2.0
-- Asks for each of the given targets in turn.

local targets = {}
local position = 0

function init(args)
    targets = args
end

function request()
    position = position % #targets + 1
    return wrk.format("GET", targets[position])
end

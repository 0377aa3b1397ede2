// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace gateway::cli
{

/// From now on the process ends with exit code 1 and a sentence on standard error when memory runs out, as if
/// it had been killed: what is open is settled after the next start. Going on half-way through a step would
/// be a state that nobody has thought of.
void end_when_out_of_memory();

} // namespace gateway::cli

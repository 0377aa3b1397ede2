// SPDX-License-Identifier: Apache-2.0
#include "fhir/rest/message.hpp"

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/vision/signature.hpp"
#include "adapters/vision/vision.hpp"
#include "adapters/vision/wire.hpp"
#include "tests/support/supplier_client.hpp"

namespace tests
{

class VisionClient : public SupplierClient<WatchedUpstream>
{
protected:
    VisionClient() : SupplierClient("vision") {}
};

} // namespace tests

// SPDX-License-Identifier: Apache-2.0
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"

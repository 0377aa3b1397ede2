// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/settings/settings_fixture.hpp"

using namespace std::chrono_literals;
using LimitKeys = tests::SettingsTest;

TEST_F(LimitKeys, AreReadIntoRatesWithTheirBurst)
{
    const auto loaded =
        load(sample("apptgw.toml") + "\n[limits]\nclient_per_second = 7\nclient_burst = 70\n"
                                     "patient_lookups_per_minute = 12\nquick_cancel = \"5min\"\n"
                                     "refuse_hoarders = true\nmax_lag = \"1s\"\n");
    EXPECT_EQ(problems(loaded), "");
    const auto& limits = loaded.settings.limits;
    EXPECT_EQ(limits.client, (gateway::limits::Rate{7, 1s, 70}));
    EXPECT_EQ(limits.patient_lookups, (gateway::limits::Rate{12, 1min, 12}));
    EXPECT_EQ(limits.quick_cancel, 5min);
    EXPECT_TRUE(limits.refuse_hoarders);
    EXPECT_EQ(limits.load.max_lag, 1s);
}

TEST_F(LimitKeys, NoughtLimitsNothing)
{
    const auto loaded = load(sample("apptgw.toml") + "\n[limits]\nclient_per_second = 0\n");
    EXPECT_EQ(problems(loaded), "");
    EXPECT_FALSE(loaded.settings.limits.client.limits());
    EXPECT_TRUE(loaded.settings.limits.organisation.limits());
}

TEST_F(LimitKeys, AreTakenUpByAReloadAndSoNotAmongWhatHoldsUntilTheNextStart)
{
    const auto loaded = load(sample("apptgw.toml") + "\n[limits]\nclient_per_second = 7\n");
    EXPECT_TRUE(loaded.settings.fixed.contains("[server] port"));
    EXPECT_FALSE(loaded.settings.fixed.contains("[limits] client_per_second"));
}

TEST_F(LimitKeys, OfConnectionsHoldForTheListenerOfGpConnectToo)
{
    const auto loaded = with("port = 8443", "port = 8443\nmax_connections_per_address = 12");
    EXPECT_EQ(loaded.settings.server.limits.max_connections_per_address, 12U);
    EXPECT_EQ(loaded.settings.gpconnect.listener.limits.max_connections_per_address, 12U);
}

// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>

#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

// What costs much in the real world and proves nothing in the simulated one. These functions stand in for
// those of the system, in the simulator only; the code under test calls them unawares.

/// In virtual time a timer of the system is only a bell at which Asio looks at its own timers. One that rings
/// for ever saves setting it at every look.
extern "C" int timerfd_create(int clock, int flags) noexcept
{
    const auto made = static_cast<int>(syscall(SYS_timerfd_create, clock, flags));
    itimerspec at_once{};
    at_once.it_value.tv_nsec = 1;
    if (made >= 0)
        syscall(SYS_timerfd_settime, made, TFD_TIMER_ABSTIME, &at_once, nullptr);
    return made;
}

extern "C" int timerfd_settime(int, int, const itimerspec*, itimerspec*) noexcept
{
    return 0;
}

/// Only Vision's requests are signed here, and its simulator is told not to check the value. RSA would take
/// as long as a whole booking.
extern "C" int EVP_DigestSign(EVP_MD_CTX* context, unsigned char* made, std::size_t* size,
                              const unsigned char* text, std::size_t length)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned bytes = 0;
    EVP_Digest(text, length, digest.data(), &bytes, EVP_sha256(), nullptr);
    EVP_PKEY* const key = EVP_PKEY_CTX_get0_pkey(EVP_MD_CTX_get_pkey_ctx(context));
    *size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
    if (made == nullptr)
        return 1;
    std::fill_n(made, *size, '\0');
    std::copy_n(digest.begin(), std::min<std::size_t>(bytes, *size), made);
    return 1;
}

// SPDX-License-Identifier: Apache-2.0
#include "gateway/messages/sender.hpp"

#include "adapters/upstream/deadline.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace gateway::messages
{

namespace
{

/// The bytes of one mail, as far as they have gone.
struct Upload
{
    std::string bytes;
    std::size_t taken = 0;
};

std::size_t give(char* to, std::size_t size, std::size_t count, void* state)
{
    auto& upload = *static_cast<Upload*>(state);
    const std::size_t length = std::min(size * count, upload.bytes.size() - upload.taken);
    std::memcpy(to, upload.bytes.data() + upload.taken, length);
    upload.taken += length;
    return length;
}

std::size_t ignore(char*, std::size_t size, std::size_t count, void*)
{
    return size * count;
}

std::string smtp_code(long code)
{
    return "smtp_" + std::to_string(code);
}

/// A server that answers 5xx has understood and does not want it; 4xx: not now.
Sent outcome_of(CURLcode done, long code)
{
    using enum Sent::How;
    switch (done) {
    case CURLE_OK:
        return {taken};
    case CURLE_OPERATION_TIMEDOUT:
        return {failed, "timeout"};
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
        return {failed, "unreachable"};
    case CURLE_LOGIN_DENIED:
        return {failed, "login_refused"};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CACERT_BADFILE:
        return {failed, "tls"};
    case CURLE_SEND_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
        if (code >= 400)
            return {refused, smtp_code(code)};
        return {failed, "connection_lost"};
    default:
        return {failed, code >= 400 ? smtp_code(code) : "connection_lost"};
    }
}

struct CurlDeleter
{
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDeleter
{
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// Shared by whoever waits and the thread that sends: neither touches what is the other's.
struct Job
{
    Mail mail;
    Sent sent;
    std::atomic<bool> done = false;
};

class SmtpSender : public MailSender
{
public:
    explicit SmtpSender(SmtpSettings settings) : settings_(std::move(settings))
    {
        static std::once_flag once;
        std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
        thread_ = std::thread([this] { work(); });
    }
    ~SmtpSender() override
    {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }

    /// Looks for the outcome now and then: the thread may outlive the io_context of whoever waits.
    Awaitable<Sent> send(Mail mail) override
    {
        constexpr std::chrono::milliseconds look_every{5};
        const auto job = std::make_shared<Job>(std::move(mail));
        {
            const std::lock_guard lock(mutex_);
            jobs_.push_back(job);
        }
        wake_.notify_one();
        while (!job->done)
            co_await adapters::pause(look_every);
        co_return job->sent;
    }

private:
    void work()
    {
        // One handle for all: it keeps its connection for the next mail.
        const std::unique_ptr<CURL, CurlDeleter> curl(curl_easy_init());
        while (const auto job = next()) {
            job->sent = curl ? send_now(curl.get(), job->mail) : Sent{Sent::How::failed, "internal"};
            job->done = true;
        }
    }

    /// nullptr at the end.
    std::shared_ptr<Job> next()
    {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (stopping_)
            return nullptr;
        auto job = std::move(jobs_.front());
        jobs_.pop_front();
        return job;
    }

    Sent send_now(CURL* curl, const Mail& mail)
    {
        const std::unique_ptr<curl_slist, ListDeleter> to(
            curl_slist_append(nullptr, ("<" + mail.to + ">").c_str()));
        if (!to)
            return {Sent::How::failed, "internal"};
        Upload upload{to_mime(mail)};
        const std::string from = "<" + mail.from + ">";
        curl_easy_reset(curl);
        set_server(curl);
        curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.c_str());
        curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to.get());
        curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, &give);
        curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &ignore);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &SmtpSender::look_up);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        const CURLcode done = curl_easy_perform(curl);
        long code = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
        return outcome_of(done, code);
    }

    /// Ends what is under way when nobody waits for it any more.
    static int look_up(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
    {
        return static_cast<SmtpSender*>(self)->stopping_ ? 1 : 0;
    }

    void set_server(CURL* curl) const
    {
        curl_easy_setopt(curl, CURLOPT_URL, settings_.url.c_str());
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        curl_easy_setopt(curl, CURLOPT_PROXY, ""); // whatever the environment says
        curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
        curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
        if (!settings_.ca_file.empty())
            curl_easy_setopt(curl, CURLOPT_CAINFO, settings_.ca_file.c_str());
        if (!settings_.user.empty()) {
            curl_easy_setopt(curl, CURLOPT_USERNAME, settings_.user.c_str());
            curl_easy_setopt(curl, CURLOPT_PASSWORD, settings_.password.c_str());
        }
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.limit.count()));
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    }

    const SmtpSettings settings_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::shared_ptr<Job>> jobs_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

} // namespace

std::unique_ptr<MailSender> make_smtp_sender(SmtpSettings settings)
{
    return std::make_unique<SmtpSender>(std::move(settings));
}

} // namespace gateway::messages

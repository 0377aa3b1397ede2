// SPDX-License-Identifier: Apache-2.0
// What translating a supplier's answer to R4 costs, per supplier: CPU time of an adapter, from bytes to the
// JSON of every resource, against two floors, in turn in one run: reading and writing the very same bytes
// with RapidJSON or pugixml alone, and reading them so and writing with RapidJSON the very JSON that the
// translation leaves. `first`: the adapter has never seen any of it. `again`: one slot in fifty has gone
// since it last asked, as in a practice's working day. Logging in and asking what the system can do comes
// before; signatures of requests are no part of translating either: what they cost in the same round is taken
// off.
//   bench_translation [--rounds 15] [--slots 1000] [--system emis]
#include "adapters/registry.hpp"
#include "adapters/simulation/host.hpp"
#include "adapters/simulation/simulated_upstream.hpp"
#include "adapters/vision/signature.hpp"
#include "fhir/codec/json.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/practice_seed.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <ctime>
#include <stdexcept>

namespace
{

using namespace std::chrono_literals;
using adapters::Awaitable;
using adapters::upstream::Call;
using fhir::rest::Response;

double cpu_us()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

/// Keeps what the simulator answers.
class Recorder : public adapters::upstream::Upstream
{
public:
    explicit Recorder(adapters::upstream::Upstream& inner) : inner_(inner) {}
    Awaitable<fhir::Result<Response>> send(Call call) override
    {
        auto answer = co_await inner_.send(std::move(call));
        if (answer)
            answers.push_back(*answer);
        co_return answer;
    }
    std::vector<Response> answers;

private:
    adapters::upstream::Upstream& inner_;
};

/// Gives the same answers in the same order: clock and dice of the asker are the same too.
class Replay : public adapters::upstream::Upstream
{
public:
    explicit Replay(std::vector<Response> answers) : answers_(std::move(answers)) {}
    Awaitable<fhir::Result<Response>> send(Call) override { co_return std::move(answers_.at(next_++)); }
    std::size_t asked() const { return next_; }

private:
    std::vector<Response> answers_;
    std::size_t next_ = 0;
};

/// A JSON text as the events that make it, to be written again and again.
class Tape : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Tape>
{
public:
    explicit Tape(std::string json) : json_(std::move(json))
    {
        rapidjson::InsituStringStream in(json_.data());
        rapidjson::Reader reader;
        if (!reader.Parse < rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag > (in, *this))
            throw std::runtime_error("the translation is not JSON");
    }
    Tape(Tape&&) = default;

    template <class Writer>
    void play(Writer& writer) const
    {
        for (const Event& each : events_)
            play(each, writer);
    }

    bool Default() { return false; }
    bool Null() { return add('n'); }
    bool Bool(bool value) { return add(value ? 't' : 'f'); }
    bool RawNumber(const char* text, rapidjson::SizeType size, bool) { return add('0', text, size); }
    bool String(const char* text, rapidjson::SizeType size, bool) { return add('s', text, size); }
    bool Key(const char* text, rapidjson::SizeType size, bool) { return add('k', text, size); }
    bool StartObject() { return add('{'); }
    bool EndObject(rapidjson::SizeType) { return add('}'); }
    bool StartArray() { return add('['); }
    bool EndArray(rapidjson::SizeType) { return add(']'); }

private:
    struct Event
    {
        char kind;
        const char* text;
        rapidjson::SizeType size;
    };

    bool add(char kind, const char* text = nullptr, rapidjson::SizeType size = 0)
    {
        events_.push_back({kind, text, size});
        return true;
    }

    template <class Writer>
    static void play(const Event& event, Writer& writer)
    {
        switch (event.kind) {
        case 'n':
            writer.Null();
            break;
        case 't':
        case 'f':
            writer.Bool(event.kind == 't');
            break;
        case '0':
            writer.RawValue(event.text, event.size, rapidjson::kNumberType);
            break;
        case 's':
            writer.String(event.text, event.size);
            break;
        case 'k':
            writer.Key(event.text, event.size);
            break;
        case '{':
            writer.StartObject();
            break;
        case '}':
            writer.EndObject();
            break;
        case '[':
            writer.StartArray();
            break;
        default:
            writer.EndArray();
        }
    }

    std::string json_; ///< decoded in place; long, so that it stays where it is when moved
    std::vector<Event> events_;
};

/// `count` slots in sessions of eighteen, as a practice has them.
adapters::simulation::PracticeSeed practice(std::size_t count)
{
    auto seed = tests::practice_seed();
    auto session = seed.sessions.front();
    seed.sessions.clear();
    auto start = tests::at("2026-11-24T09:00:00Z");
    for (std::size_t i = 0; i < count; i += 18, start += 4h) {
        session.key = std::to_string(6000 + i / 18);
        session.slots.clear();
        for (std::size_t k = 0; k < 18 && i + k < count; ++k)
            session.slots.push_back(
                tests::seed_slot(900000 + i + k, start + 10min * static_cast<int>(k), 10min));
        session.period = {start, start + 3h};
        seed.sessions.push_back(session);
    }
    return seed;
}

/// Calls `use` with the JSON of everything found.
template <class Use>
void each_json(const adapters::FoundSlots& found, Use use)
{
    const auto all = [&](const auto& resources) {
        for (const auto& each : resources)
            use(each.json());
    };
    for (const auto& slot : found.slots)
        use(slot->json());
    all(found.schedules);
    all(found.practitioners);
    all(found.practitioner_roles);
    all(found.locations);
    all(found.healthcare_services);
    all(found.organizations);
}

struct Outcome
{
    double first_us = 0, again_us = 0;
    std::size_t slots = 0, bytes = 0;
};

class Bench
{
public:
    Bench(const adapters::SupplierSystem& system, std::size_t count) : system_(system), seed_(practice(count))
    {
        tests::FakeRandom dice;
        adapters::simulation::SimulatorHost host(
            [&](const adapters::Clock& clock) { return system_.make_simulator(seed_, clock, dice); }, clock_,
            dice, seed_.ods);
        settings_ = host.simulator().client_settings();
        adapters::simulation::SimulatedUpstream upstream(host, std::string(system_.simulator_path));
        Recorder recorder(upstream);
        std::size_t asked_before = 0;
        const auto ready = [&] { asked_before = recorder.answers.size(); };
        search_twice(recorder, ready, [&](const adapters::FoundSlots& found) {
            each_json(found, [&](const fhir::codec::Written& json) {
                tapes_.emplace_back(std::string(json.head()) + std::string(json.tail()));
            });
            const std::size_t first_answers = recorder.answers.size();
            for (std::size_t i = asked_before; i < first_answers; ++i) {
                const auto text = recorder.answers[i].body.view();
                (text.starts_with('<') ? xml_ : json_).emplace_back(text);
            }
            const auto book = host.book();
            for (std::size_t i = 0; i < book.size(); i += 50)
                host.simulator().reception_takes(book[i].slot_key);
        });
        answers_ = std::move(recorder.answers);
    }

    std::size_t bytes() const
    {
        std::size_t sum = 0;
        for (const auto* texts : {&xml_, &json_})
            for (const auto& text : *texts)
                sum += text.size();
        return sum;
    }

    Outcome translate()
    {
        Replay replay(answers_);
        std::size_t before_first = 0, before_again = 0;
        auto outcome = search_twice(
            replay, [&] { before_first = replay.asked(); },
            [&](const adapters::FoundSlots&) { before_again = replay.asked(); });
        outcome.first_us -= sign(before_again - before_first);
        outcome.again_us -= sign(replay.asked() - before_again);
        return outcome;
    }

    double parse_and_write() const
    {
        const double start = cpu_us();
        for (const auto& text : json_)
            json_floor(text);
        for (const auto& text : xml_)
            xml_floor(text);
        return cpu_us() - start;
    }

    double parse_and_write_translation() const
    {
        const double start = cpu_us();
        for (const auto& text : json_)
            json_read(text);
        for (const auto& text : xml_)
            xml_read(text);
        for (const Tape& tape : tapes_) {
            rapidjson::StringBuffer out;
            rapidjson::Writer<rapidjson::StringBuffer> writer(out);
            tape.play(writer);
        }
        return cpu_us() - start;
    }

private:
    template <class Ready, class Between>
    Outcome search_twice(adapters::upstream::Upstream& upstream, Ready ready, Between between)
    {
        tests::FakeRandom dice;
        const adapters::PracticeConfig config{fhir::OdsCode::parse(seed_.ods).value(), seed_.name, settings_,
                                              60s, 60s};
        const auto adapter = system_.make_adapter(config, upstream, clock_, dice);
        Outcome outcome;
        boost::asio::io_context context(1);
        if (!tests::run(context, adapter->practice_settings(tests::hub_provenance())))
            throw std::runtime_error("the system does not say what it can do");
        ready();
        // What was found stays, as in a book that the next one replaces.
        const auto first = search(*adapter, outcome.first_us, outcome.bytes);
        outcome.slots = first.slots.size();
        between(first);
        std::size_t bytes = 0;
        const auto again = search(*adapter, outcome.again_us, bytes);
        if (again.slots.empty() || again.slots.size() >= outcome.slots)
            throw std::runtime_error("no slot has gone");
        return outcome;
    }

    adapters::FoundSlots search(adapters::Adapter& adapter, double& us, std::size_t& bytes)
    {
        boost::asio::io_context context(1);
        const double start = cpu_us();
        auto found =
            tests::run(context, adapter.find_slots({{clock_.now(), clock_.now() + std::chrono::days(90)},
                                                    tests::hub_provenance(),
                                                    {}}));
        if (!found)
            throw std::runtime_error(found.error().sentence());
        each_json(*found, [&](const fhir::codec::Written& json) {
            bytes += json.head().size() + json.tail().size();
        });
        us = cpu_us() - start;
        return std::move(*found);
    }

    /// What signing so many requests costs, where requests are signed.
    double sign(std::size_t requests) const
    {
        if (!settings_.contains("signing_key"))
            return 0;
        static const auto signer =
            adapters::vision::Signer::make(settings_.at("signing_key"), settings_.at("signing_certificate"));
        const double start = cpu_us();
        for (std::size_t i = 0; i < requests; ++i)
            if (!signer || !signer->sign("<SignedInfo/>"))
                throw std::runtime_error("cannot sign");
        return cpu_us() - start;
    }

    static void json_read(const std::string& text)
    {
        std::string copy = text;
        rapidjson::InsituStringStream in(copy.data());
        rapidjson::BaseReaderHandler<> nobody;
        rapidjson::Reader reader;
        if (!reader.Parse < rapidjson::kParseInsituFlag |
            rapidjson::kParseValidateEncodingFlag > (in, nobody))
            throw std::runtime_error("not JSON");
    }

    static void xml_read(const std::string& text)
    {
        pugi::xml_document document;
        if (!document.load_buffer(text.data(), text.size()))
            throw std::runtime_error("not XML");
    }

    static void json_floor(const std::string& text)
    {
        std::string copy = text;
        rapidjson::InsituStringStream in(copy.data());
        rapidjson::StringBuffer out;
        rapidjson::Writer<rapidjson::StringBuffer> writer(out);
        rapidjson::Reader reader;
        if (!reader.Parse < rapidjson::kParseInsituFlag |
            rapidjson::kParseValidateEncodingFlag > (in, writer))
            throw std::runtime_error("not JSON");
    }

    static void xml_floor(const std::string& text)
    {
        struct Sink : pugi::xml_writer
        {
            std::string out;
            void write(const void* data, std::size_t size) override
            {
                out.append(static_cast<const char*>(data), size);
            }
        } sink;
        pugi::xml_document document;
        if (!document.load_buffer(text.data(), text.size()))
            throw std::runtime_error("not XML");
        document.save(sink, "", pugi::format_raw);
    }

    const adapters::SupplierSystem& system_;
    adapters::simulation::PracticeSeed seed_;
    tests::FakeClock clock_;
    std::map<std::string, std::string> settings_;
    std::vector<Response> answers_;
    std::vector<std::string> json_, xml_; ///< of the first search
    std::vector<Tape> tapes_;             ///< what that left
};

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void measure(const adapters::SupplierSystem& system, std::size_t rounds, std::size_t slots)
{
    Bench bench(system, slots);
    std::vector<double> first, again, floor, first_ratio, again_ratio;
    std::vector<double> full_floor, first_full, again_full;
    Outcome last;
    for (std::size_t i = 0; i <= rounds; ++i) {
        last = bench.translate();
        const double alone = bench.parse_and_write();
        const double full = bench.parse_and_write_translation();
        if (i == 0)
            continue; // warms up
        first.push_back(last.first_us);
        again.push_back(last.again_us);
        floor.push_back(alone);
        first_ratio.push_back(last.first_us / alone);
        again_ratio.push_back(last.again_us / alone);
        full_floor.push_back(full);
        first_full.push_back(last.first_us / full);
        again_full.push_back(last.again_us / full);
    }
    const auto count = static_cast<double>(last.slots);
    fmt::print(
        "{{\"name\":\"translation_{}\",\"slots\":{},\"bytes\":{},\"bytes_out\":{},\"us_per_slot\":{:.2f},"
        "\"mb_per_s\":{:.1f},\"us_per_slot_again\":{:.2f},\"floor_us_per_slot\":{:.2f},\"ratio\":{:.2f},"
        "\"ratio_again\":{:.2f},\"full_floor_us_per_slot\":{:.2f},\"full_ratio\":{:.2f},"
        "\"full_ratio_again\":{:.2f}}}\n",
        system.name, last.slots, bench.bytes(), last.bytes, median(first) / count,
        static_cast<double>(bench.bytes()) / median(first), median(again) / count, median(floor) / count,
        median(first_ratio), median(again_ratio), median(full_floor) / count, median(first_full),
        median(again_full));
}

std::string option(int argc, char** argv, std::string_view name, std::string otherwise)
{
    for (int i = 1; i + 1 < argc; ++i)
        if (argv[i] == name)
            return argv[i + 1];
    return otherwise;
}

} // namespace

int main(int argc, char** argv)
{
    const std::size_t rounds = std::stoul(option(argc, argv, "--rounds", "15"));
    const std::size_t slots = std::stoul(option(argc, argv, "--slots", "1000"));
    const std::string only = option(argc, argv, "--system", "");
    for (const auto& system : adapters::supplier_systems())
        if (only.empty() || only == system.name)
            measure(system, rounds, slots);
}

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/marked_text.hpp"
#include "fhir/codec/text_hash.hpp"

#include <any>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace adapters
{

/// How the rows of one practice's answers were translated. A practice sends most of its slots unchanged time
/// after time: a row that reads byte for byte as before, in the same context, is the same object in both
/// answers and is not translated again; where the adapter lets its answers be `marked`, it is not even
/// parsed. Thread-safe.
class SlotMemo
{
    /// When a slot of that id was last shown: two rows with one id are one slot.
    struct Id
    {
        SharedSlot named; ///< one that has it
        std::uint64_t shown = 0;
    };
    struct Translation
    {
        const std::string* context = nullptr;
        SharedSlot slot;
        Id* id = nullptr;
        std::unique_ptr<Translation> other; ///< in another context
    };
    struct Resource
    {
        std::any made;
        std::uint64_t answer = 0; ///< the last that held it
    };
    struct Row : KnownRow
    {
        Row(std::string_view its_source, std::string_view its_note);

        std::unique_ptr<char[]> texts; ///< what source and note are in
        Translation translation;       ///< one for each context it was met in, mostly one
        Row* next = nullptr;           ///< what followed it
        std::uint64_t answer = 0;      ///< the last that held it
    };
    /// A text and its hash, which is worked out once.
    struct Hashed
    {
        explicit Hashed(std::string_view its_text) : text(its_text), hash(fhir::codec::text_hash(its_text)) {}
        bool operator==(const Hashed& other) const { return hash == other.hash && text == other.text; }

        std::string_view text;
        std::uint64_t hash;
    };
    struct HashOf
    {
        std::size_t operator()(const Hashed& key) const { return key.hash; }
    };

public:
    /// The answer with a mark in place of each run of rows that are known. What is marked stays known for as
    /// long as the result lives, which the memo must outlive.
    MarkedText marked(std::string_view answer, const RowSyntax& syntax);

    /// One answer being translated; others wait meanwhile. Rows that the last answers did not hold are
    /// forgotten when it ends.
    class Reading
    {
    public:
        explicit Reading(SlotMemo& memo) : memo_(memo), lock_(memo.mutex_) { ++memo.answer_; }
        ~Reading() { memo_.forget_old_rows(); }
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;

        /// `context`: everything beside the row that its translation depends on, as it was received (the
        /// clinic session, the schedule). `translate` gives a slot, `std::optional<OfferedSlot>` or
        /// `SharedSlot`; nothing, and nothing kept, when the row cannot be used. `note`: KnownRow::note.
        template <class Translate>
        SharedSlot row(std::string_view context, const AnswerRow& row, Translate translate,
                       std::string_view note = {})
        {
            const Translation* known = translation(context, row, translate, note);
            return known ? known->slot : nullptr;
        }

        /// The same; nothing for a slot that does not start within `window` or that this answer has shown
        /// already.
        template <class Translate>
        SharedSlot shown(std::string_view context, const AnswerRow& row, fhir::Interval window,
                         Translate translate, std::string_view note = {})
        {
            const Translation* known = translation(context, row, translate, note);
            const bool shows = known && window.contains(known->slot->start()) &&
                               std::exchange(known->id->shown, memo_.answer_) != memo_.answer_;
            return shows ? known->slot : nullptr;
        }

        /// What slots refer to, the same object in all answers for as long as it is made of the same. `key`:
        /// all that `make` makes it of.
        template <class T, class Make>
        Shared<T> resource(std::string_view key, Make make)
        {
            Resource& kept = memo_.resources_[std::string(T::declaration().name).append(key)];
            kept.answer = memo_.answer_;
            if (!kept.made.has_value())
                kept.made = Shared<T>(make());
            return std::any_cast<const Shared<T>&>(kept.made);
        }

    private:
        static SharedSlot as_shared(SharedSlot slot) { return slot; }
        static SharedSlot as_shared(std::optional<OfferedSlot> offered)
        {
            return offered ? share(std::move(*offered)) : nullptr;
        }
        template <class Translate>
        const Translation* translation(std::string_view context, const AnswerRow& row, Translate& translate,
                                       std::string_view note)
        {
            const Translation* known = find(context, row);
            return known ? known : keep(row, note, as_shared(translate()));
        }
        const Translation* find(std::string_view context, const AnswerRow& row);
        const Translation* keep(const AnswerRow& row, std::string_view note, SharedSlot slot);
        Id* id_of(const SharedSlot& slot);
        Row* row_of(const AnswerRow& row, std::string_view note);
        void follow(Row& row);

        SlotMemo& memo_;
        std::lock_guard<std::mutex> lock_;
        const std::string* context_ = nullptr; ///< rows of one context mostly come together
        Row* row_ = nullptr;                   ///< the last, where it is known
        std::optional<Hashed> source_;         ///< of the last, where it is not known
        Translation unkept_;
    };

private:
    friend class RowMarker;
    struct Hash : std::hash<std::string_view>
    {
        using is_transparent = void;
    };

    void forget_old_rows();
    void forget_unused();
    void unpin();

    std::mutex mutex_;
    std::unordered_map<Hashed, Row, HashOf> rows_; ///< by their bytes
    std::unordered_set<std::string, Hash, std::equal_to<>> contexts_;
    std::unordered_map<Hashed, Id, HashOf> ids_;
    std::unordered_map<std::string, Resource> resources_;
    Row* first_ = nullptr;     ///< of the last answer
    std::uint64_t answer_ = 0; ///< counts answers
    std::size_t pins_ = 0;     ///< marked texts alive: nothing may be forgotten
    bool due_ = false;         ///< to forget what is old
};

} // namespace adapters

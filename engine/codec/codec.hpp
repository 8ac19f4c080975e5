#pragma once

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/codec/word_buffer.hpp"
#include "engine/core/invalid.hpp"
#include "engine/fold/event.hpp"

namespace engine
{
/// Writes events in their canonical form: Cap'n Proto, one segment, no segment table, a whole
/// number of 8-byte words. Keeps its memory, so that a loop over small events allocates nothing.
class EventEncoder
{
    enum class Signatures
    {
        written,
        left_out,
    };

    WordBuffer m_message;
    WordBuffer m_canonical;

    ByteView write(const Event& event, Signatures signatures);

public:
    /// The canonical bytes of an event, aligned to 8. Valid until the next call.
    ByteView encode(const Event& event);

    /// The canonical bytes of the event without its signature: what a command's key and a source's
    /// key sign (behind the genesis id, under a tag). Valid until the next call.
    ByteView signing_bytes(const Event& event);
};

/// Reads events: the trust boundary. Any bytes may be given; no exception leaves but
/// std::bad_alloc.
///
/// What comes back was canonical: encoding it gives the same bytes again. Sizes of ids, ranges of
/// amounts and enums, UTF-8, lengths of lists and of the whole have been checked; proofs and
/// signatures have not. Keeps its memory as the encoder does.
class EventDecoder
{
    WordBuffer m_aligned;
    EventEncoder m_encoder;

public:
    Result<Event, Invalid> decode(ByteView canonical);

    /// The same without comparing the form: for bytes that were let in once, and that a seal
    /// vouches for since.
    Result<Event, Invalid> decode_vouched(ByteView canonical);
};

Bytes encode_event(const Event& event);
Bytes signing_bytes(const Event& event);
Result<Event, Invalid> decode_event(ByteView canonical);

/// SHA256(0x00 || canonical bytes): the identity of an event, and its leaf under the events root.
EventHash event_hash(ByteView canonical);
}  // namespace engine

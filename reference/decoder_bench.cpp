// How fast are the decoders, beside what people use? Masked frames of 1 KiB as a server reads them.
//
// What is measured is the same for all: one run reads a stream of frames that lies in memory, and that stays as it is.
// `Decoder` unmasks in place, so a run copies the octets into a buffer first, as a read() would; the copy counts. wslay
// and Beast get the octets through their read callback, which copies them just the same. `PlainDecoder` needs no copy
// and gets none. `memcpy` is the copy alone: what nobody can beat. All validate all they can; permessage-deflate is
// off.
//
// Bytes per second count the octets of the wire, headers included. The ratios follow the table.
#include <benchmark/benchmark.h>
#include <wslay/wslay.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "reference/decoder.h"
#include "reference/frame.h"
#include "reference/handshake.h"
#include "reference/plain_decoder.h"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using wsspec::Octet;
using wsspec::Octets;
using wsspec::OctetView;

constexpr std::size_t payload_size = 1024;
constexpr std::size_t frames = 64;  // 66 KiB: in the cache, as what the kernel just copied is

enum class Content { binary, ascii, utf8 };

/// The stream that all read. Fixed keys: every run is the same.
const Octets& stream_of(Content content) {
    auto const make = [](Content what) {
        std::mt19937 random(6455);
        Octets stream;
        for (std::size_t i = 0; i < frames; ++i) {
            wsspec::Frame frame;
            if (what == Content::binary) {
                Octets payload(payload_size);
                for (auto& octet : payload) octet = static_cast<Octet>(random());
                frame = wsspec::binary(std::move(payload));
            } else {
                // Whole characters only: 1024 octets are 512 Greek letters.
                std::string_view const words =
                    what == Content::ascii ? "The quick brown fox jumps. " : "κόσμεψυχήλόγος";
                frame = wsspec::text(wsspec::pattern(words, payload_size));
            }
            wsspec::MaskingKey key{};
            for (auto& octet : key) octet = static_cast<Octet>(random());
            wsspec::append(stream, wsspec::wire(frame, wsspec::Role::client, key));
        }
        return stream;
    };
    static Octets const binary = make(Content::binary);
    static Octets const ascii = make(Content::ascii);
    static Octets const utf8 = make(Content::utf8);
    return content == Content::binary ? binary : content == Content::ascii ? ascii : utf8;
}

/// Counts what came, so that nothing can be left out; the check is outside the measured time.
struct Count {
    std::size_t frames = 0;
    std::size_t octets = 0;
};

void report(benchmark::State& state, const Count& count, std::size_t wire_octets) {
    auto const runs = static_cast<std::size_t>(state.iterations());
    if (count.frames != runs * frames || count.octets != runs * frames * payload_size)
        state.SkipWithError("not all payload came out");
    state.SetBytesProcessed(static_cast<std::int64_t>(runs * wire_octets));
}

class Sink final : public wsspec::DecoderSink {
public:
    void on_header(const wsspec::FrameHeader&) override {}
    void on_payload(OctetView payload, std::uint64_t) override { count.octets += payload.size(); }
    void on_frame_end(std::uint64_t) override { ++count.frames; }
    void on_violation(const wsspec::Violation&) override { std::abort(); }
    Count count;
};

void copy_alone(benchmark::State& state) {
    const auto& stream = stream_of(Content::binary);
    Octets buffer(stream.size());
    for (auto _ : state) {
        std::memcpy(buffer.data(), stream.data(), stream.size());
        benchmark::DoNotOptimize(buffer.data());
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * stream.size()));
}

void copy_and_mask(benchmark::State& state) {
    const auto& stream = stream_of(Content::binary);
    Octets buffer(stream.size());
    for (auto _ : state) {
        std::memcpy(buffer.data(), stream.data(), stream.size());
        for (std::size_t at = 0; at + payload_size <= buffer.size(); at += payload_size)
            wsspec::apply_mask(std::span(buffer).subspan(at, payload_size), {0x37, 0xfa, 0x21, 0x3d});
        benchmark::DoNotOptimize(buffer.data());
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * stream.size()));
}

void decoder(benchmark::State& state, Content content) {
    const auto& stream = stream_of(content);
    Octets buffer(stream.size());
    Sink sink;
    wsspec::Decoder decoder({}, sink);
    for (auto _ : state) {
        std::memcpy(buffer.data(), stream.data(), stream.size());
        decoder.feed(buffer);
        benchmark::DoNotOptimize(buffer.data());
        benchmark::ClobberMemory();
    }
    report(state, sink.count, stream.size());
}

void plain_decoder(benchmark::State& state, Content content) {
    const auto& stream = stream_of(content);
    Sink sink;
    wsspec::PlainDecoder decoder({}, sink);
    for (auto _ : state) decoder.feed(stream);
    report(state, sink.count, stream.size());
}

// wslay, as a server without buffering of messages.

struct WslayRun {
    const Octets* stream = nullptr;
    std::size_t at = 0;
    Count count;
};

void wslay(benchmark::State& state, Content content) {
    WslayRun run{&stream_of(content), 0, {}};
    wslay_event_callbacks callbacks{};
    callbacks.recv_callback = [](wslay_event_context_ptr context, uint8_t* to, size_t size, int,
                                 void* user) -> ssize_t {
        auto& from = *static_cast<WslayRun*>(user);
        size_t const count = std::min(size, from.stream->size() - from.at);
        if (count == 0) {
            wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
            return -1;
        }
        std::memcpy(to, from.stream->data() + from.at, count);
        from.at += count;
        return static_cast<ssize_t>(count);
    };
    callbacks.on_frame_recv_chunk_callback = [](wslay_event_context_ptr,
                                                wslay_event_on_frame_recv_chunk_arg const* chunk, void* user) {
        static_cast<WslayRun*>(user)->count.octets += chunk->data_length;
    };
    callbacks.on_frame_recv_end_callback = [](wslay_event_context_ptr, void* user) {
        ++static_cast<WslayRun*>(user)->count.frames;
    };
    wslay_event_context_ptr context = nullptr;
    if (wslay_event_context_server_init(&context, &callbacks, &run) != 0)
        return state.SkipWithError("wslay: no context");
    wslay_event_config_set_no_buffering(context, 1);
    for (auto _ : state) {
        run.at = 0;
        if (wslay_event_recv(context) != 0) return state.SkipWithError("wslay: failed");
    }
    wslay_event_context_free(context);
    report(state, run.count, run.stream->size());
}

// Beast, over a stream that reads from memory and forgets what is written.

class MemoryStream {
public:
    using executor_type = asio::io_context::executor_type;

    explicit MemoryStream(asio::io_context& context) : executor_(context.get_executor()) {}
    executor_type get_executor() const { return executor_; }

    void rewind(OctetView octets) { left_ = octets; }
    bool empty() const { return left_.empty(); }

    template <class Buffers>
    std::size_t read_some(const Buffers& buffers, beast::error_code& error) {
        std::size_t const count = asio::buffer_copy(buffers, asio::const_buffer(left_.data(), left_.size()));
        left_ = left_.subspan(count);
        error = count == 0 ? beast::error_code(asio::error::eof) : beast::error_code();
        return count;
    }
    template <class Buffers>
    std::size_t read_some(const Buffers& buffers) {
        beast::error_code error;
        std::size_t const count = read_some(buffers, error);
        if (error) throw beast::system_error(error);
        return count;
    }
    template <class Buffers>
    std::size_t write_some(const Buffers& buffers, beast::error_code& error) {
        error = {};
        return asio::buffer_size(buffers);
    }
    template <class Buffers>
    std::size_t write_some(const Buffers& buffers) {
        return asio::buffer_size(buffers);
    }

private:
    executor_type executor_;
    OctetView left_;
};

[[maybe_unused]] void teardown(beast::role_type, MemoryStream&, beast::error_code& error) { error = {}; }

void boost_beast(benchmark::State& state, Content content) {
    const auto& stream = stream_of(content);
    asio::io_context context;
    beast::websocket::stream<MemoryStream> websocket(context);
    wsspec::ClientRequest request;
    request.host = "localhost";
    request.key = wsspec::random_key();
    beast::error_code error;
    websocket.accept(asio::buffer(wsspec::build_request(request)), error);
    if (error) return state.SkipWithError("Beast: no handshake");
    std::vector<char> to(64 * 1024);
    Count count;
    for (auto _ : state) {
        websocket.next_layer().rewind(stream);
        // read_some() with room enough gives the payload of a frame at a time, and copies it nowhere else.
        for (std::size_t left = frames * payload_size; left > 0;) {
            std::size_t const size = websocket.read_some(asio::buffer(to), error);
            if (error) return state.SkipWithError("Beast: failed");
            left -= std::min(left, size);
            count.octets += size;
            if (websocket.is_message_done()) ++count.frames;
        }
    }
    report(state, count, stream.size());
}

// The usual table, and what one wants to know of it.

class WithRatios final : public benchmark::ConsoleReporter {
public:
    WithRatios() : ConsoleReporter(OO_Tabular) {}
    void ReportRuns(const std::vector<Run>& runs) override {
        ConsoleReporter::ReportRuns(runs);
        for (const auto& run : runs) {
            auto const rate = run.counters.find("bytes_per_second");
            bool const plain = run.run_type == Run::RT_Iteration || run.aggregate_name == "median";
            if (!run.error_occurred && plain && rate != run.counters.end())
                rates_[run.run_name.function_name] = rate->second;
        }
    }
    void Finalize() override {
        ConsoleReporter::Finalize();
        for (char const* other : {"memcpy", "plain_decoder/binary", "wslay/binary", "beast/binary"})
            ratio("decoder/binary", other);
        for (char const* other : {"wslay/ascii", "beast/ascii"}) ratio("decoder/ascii", other);
        for (char const* other : {"wslay/utf8", "beast/utf8"}) ratio("decoder/utf8", other);
    }

private:
    void ratio(const std::string& ours, const std::string& other) {
        if (!rates_.contains(ours) || !rates_.contains(other)) return;
        std::printf("%-16s %6.2f GB/s  = %6.2f x %s\n", ours.c_str(), rates_[ours] / 1e9, rates_[ours] / rates_[other],
                    other.c_str());
    }
    std::map<std::string, double> rates_;
};

}  // namespace

// For all benchmarks of this folder; it goes before the one of benchmark_main.
int main(int count, char** arguments) {
    benchmark::RegisterBenchmark("memcpy", copy_alone);
    benchmark::RegisterBenchmark("memcpy+apply_mask", copy_and_mask);
    benchmark::RegisterBenchmark("decoder/binary", decoder, Content::binary);
    benchmark::RegisterBenchmark("plain_decoder/binary", plain_decoder, Content::binary);
    benchmark::RegisterBenchmark("wslay/binary", wslay, Content::binary);
    benchmark::RegisterBenchmark("beast/binary", boost_beast, Content::binary);
    benchmark::RegisterBenchmark("decoder/ascii", decoder, Content::ascii);
    benchmark::RegisterBenchmark("plain_decoder/ascii", plain_decoder, Content::ascii);
    benchmark::RegisterBenchmark("wslay/ascii", wslay, Content::ascii);
    benchmark::RegisterBenchmark("beast/ascii", boost_beast, Content::ascii);
    benchmark::RegisterBenchmark("decoder/utf8", decoder, Content::utf8);
    benchmark::RegisterBenchmark("plain_decoder/utf8", plain_decoder, Content::utf8);
    benchmark::RegisterBenchmark("wslay/utf8", wslay, Content::utf8);
    benchmark::RegisterBenchmark("beast/utf8", boost_beast, Content::utf8);
    benchmark::Initialize(&count, arguments);
    if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
    WithRatios reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    benchmark::Shutdown();
    return 0;
}

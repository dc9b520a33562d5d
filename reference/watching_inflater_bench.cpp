// How fast is the inflater that watches, beside zlib's? Both read the same messages of 256 KiB or 500 octets, keep
// their context, and append what comes out to a vector that keeps its memory. Bytes per second count what comes out.
#include <benchmark/benchmark.h>
#include <zlib.h>

#include <cstdlib>
#include <random>
#include <string>
#include <utility>

#include "reference/watching_inflater.h"

namespace {

using wsspec::Octet;
using wsspec::Octets;

constexpr std::size_t message_size = 256 * 1024;

enum class Content { json, small_json, base64, noise };

/// Fixed seed: every run is the same.
Octets data_of(Content content) {
    std::mt19937 random(7692);
    Octets out;
    std::size_t const size = content == Content::small_json ? 500 : message_size;
    while (out.size() < size) {
        if (content == Content::noise || content == Content::base64) {
            auto const value = static_cast<Octet>(random());
            out.push_back(content == Content::noise ? value : static_cast<Octet>('0' + value % 64));
            continue;
        }
        static const char* const words[] = {"alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel"};
        wsspec::append(out, wsspec::octets("{\"id\":" + std::to_string(random() % 1'000'000) + ",\"name\":\"" +
                                           words[random() % 8] + ' ' + words[random() % 8] + "\",\"price\":" +
                                           std::to_string(random() % 10'000) + ".5,\"tags\":[\"" + words[random() % 8] +
                                           "\"],\"active\":" + (random() % 2 == 0 ? "true" : "false") + "},"));
    }
    out.resize(size);
    return out;
}

/// As RFC 7692 7.2.1 sends it, without its 00 00 ff ff.
Octets compressed(const Octets& data) {
    z_stream stream{};
    if (deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
    Octets out(deflateBound(&stream, data.size()) + 64);
    stream.next_in = const_cast<Octet*>(data.data());
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    if (deflate(&stream, Z_SYNC_FLUSH) != Z_OK) std::abort();
    out.resize(out.size() - stream.avail_out - 4);
    deflateEnd(&stream);
    return out;
}

void report(benchmark::State& state, std::size_t inflated, std::size_t expected) {
    if (inflated != static_cast<std::size_t>(state.iterations()) * expected) state.SkipWithError("not all came out");
    state.SetBytesProcessed(static_cast<std::int64_t>(inflated));
}

void watching_inflater(benchmark::State& state, Content content) {
    auto const data = data_of(content);
    auto const payload = compressed(data);
    wsspec::WatchingInflater inflater(message_size);
    Octets out;
    std::size_t inflated = 0;
    for (auto _ : state) {
        out.clear();
        inflater.feed(payload, out);
        if (inflater.end_message() != wsspec::InflateProblem::none) return state.SkipWithError("does not inflate");
        inflated += out.size();
        benchmark::DoNotOptimize(out.data());
    }
    report(state, inflated, data.size());
}

void zlib(benchmark::State& state, Content content) {
    auto const data = data_of(content);
    auto payload = compressed(data);
    wsspec::append(payload, wsspec::hex("00 00 ff ff"));
    z_stream stream{};
    if (inflateInit2(&stream, -15) != Z_OK) return state.SkipWithError("no inflater");
    Octets chunk(64 * 1024);
    Octets out;
    std::size_t inflated = 0;
    for (auto _ : state) {
        out.clear();
        stream.next_in = payload.data();
        stream.avail_in = static_cast<uInt>(payload.size());
        do {
            stream.next_out = chunk.data();
            stream.avail_out = static_cast<uInt>(chunk.size());
            int const status = inflate(&stream, Z_SYNC_FLUSH);
            if (status != Z_OK && status != Z_BUF_ERROR) return state.SkipWithError("does not inflate");
            wsspec::append(out, wsspec::OctetView(chunk).first(chunk.size() - stream.avail_out));
        } while (stream.avail_out == 0);
        inflated += out.size();
        benchmark::DoNotOptimize(out.data());
    }
    inflateEnd(&stream);
    report(state, inflated, data.size());
}

// Before the main() of this folder, which registers the decoders'.
[[maybe_unused]] bool const registered = [] {
    static constexpr std::pair<const char*, Content> rows[] = {
        {"json", Content::json},           // mostly back-references
        {"json500", Content::small_json},  // mostly the codes of the block's header
        {"base64", Content::base64},       // literals
        {"noise", Content::noise},         // stored
    };
    for (auto const& [name, content] : rows) {
        benchmark::RegisterBenchmark((std::string("watching_inflater/") + name).c_str(), watching_inflater, content);
        benchmark::RegisterBenchmark((std::string("zlib_inflate/") + name).c_str(), zlib, content);
    }
    return true;
}();

}  // namespace

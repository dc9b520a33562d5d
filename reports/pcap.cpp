#include "reports/pcap.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/date.h"
#include "reports/merge.h"
#include "reports/terminal.h"

namespace wsspec {

namespace {

// ---- numbers: pcapng as the section header says (ours is little-endian), IP and TCP big-endian

void little(std::string& out, std::uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}
void big(std::string& out, std::uint64_t value, unsigned size) {
    for (unsigned i = size; i-- > 0;) out += static_cast<char>(value >> (8 * i) & 0xff);
}
void pad(std::string& out) {
    while (out.size() % 4 != 0) out += '\0';
}

/// RFC 1071.
std::uint16_t checksum(std::string_view octets) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < octets.size(); ++i)
        sum += static_cast<std::uint32_t>(static_cast<Octet>(octets[i])) << (i % 2 == 0 ? 8 : 0);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

std::string block(std::uint32_t type, const std::string& body) {
    std::string out;
    little(out, type, 4);
    little(out, body.size() + 12, 4);
    out += body;
    little(out, body.size() + 12, 4);
    return out;
}

std::string section_header() {
    std::string body;
    little(body, 0x1a2b3c4d, 4);  // byte order
    little(body, 1, 2);           // version 1.0
    little(body, 0, 2);
    little(body, UINT64_MAX, 8);  // length: not said
    return block(0x0a0d0d0a, body);
}

std::string interface_description() {
    std::string body;
    little(body, 101, 2);  // raw IP
    little(body, 0, 2);
    little(body, 0, 4);  // packets of any size
    return block(1, body);
}

// ---- TCP

constexpr std::size_t header_size = 40;                    // IPv4 and TCP without options
constexpr std::size_t most_payload = 65535 - header_size;  // of one IPv4 packet (RFC 791 section 3.1)
constexpr unsigned fin = 1;
constexpr unsigned syn = 2;
constexpr unsigned rst = 4;
constexpr unsigned ack = 16;

struct Endpoint {
    std::uint32_t address;
    std::uint16_t port;
    std::uint32_t next = 0;  ///< Sequence number; wraps as TCP's does.
};

class Connection {
public:
    /// `sides`: tester, target.
    Connection(std::string& out, std::array<Endpoint, 2> sides, std::string label)
        : out_(&out), sides_(sides), label_(std::move(label)) {}

    void open(std::size_t client, std::uint64_t at_us) {
        packet(client, syn, {}, 0, at_us);
        packet(1 - client, syn | ack, {}, 0, at_us);
        packet(client, ack, {}, 0, at_us);
    }

    /// `size` octets passed, of which the first `kept` are known.
    void data(std::size_t from, OctetView kept, std::uint64_t size, std::uint64_t at_us) {
        while (!kept.empty()) {
            auto const captured = kept.first(std::min(kept.size(), most_payload));
            auto const whole = static_cast<std::size_t>(std::min<std::uint64_t>(size, most_payload));
            packet(from, ack | 8, captured, whole, at_us);
            kept = kept.subspan(captured.size());
            size -= whole;
        }
        // The rest was not kept: a gap, however long.
        sides_[from].next += static_cast<std::uint32_t>(size);
    }

    void end(std::size_t from, bool reset, std::uint64_t at_us) {
        packet(from, reset ? rst | ack : fin | ack, {}, 0, at_us);
    }

private:
    void packet(std::size_t from, unsigned flags, OctetView captured, std::size_t payload, std::uint64_t at_us) {
        Endpoint& source = sides_[from];
        const Endpoint& destination = sides_[1 - from];
        std::string ip;
        big(ip, 0x4500, 2);
        big(ip, header_size + payload, 2);
        big(ip, 0x00004000, 4);  // not fragmented
        big(ip, 0x4006, 2);      // hops, TCP
        big(ip, 0, 2);           // checksum
        big(ip, source.address, 4);
        big(ip, destination.address, 4);
        std::uint16_t const ip_sum = checksum(ip);
        ip[10] = static_cast<char>(ip_sum >> 8);
        ip[11] = static_cast<char>(ip_sum & 0xff);

        std::string tcp;
        big(tcp, source.port, 2);
        big(tcp, destination.port, 2);
        big(tcp, source.next, 4);
        big(tcp, (flags & ack) != 0 ? destination.next : 0, 4);
        big(tcp, 0x5000 | flags, 2);
        big(tcp, 65535, 2);  // window
        big(tcp, 0, 4);      // checksum, urgent
        tcp += as_text(captured);
        std::string pseudo = ip.substr(12, 8);
        big(pseudo, 6, 2);
        big(pseudo, header_size - 20 + payload, 2);
        std::uint16_t const tcp_sum = checksum(pseudo + tcp);
        tcp[16] = static_cast<char>(tcp_sum >> 8);
        tcp[17] = static_cast<char>(tcp_sum & 0xff);

        std::string body;
        little(body, 0, 4);  // interface
        little(body, at_us >> 32, 4);
        little(body, at_us & 0xffffffff, 4);
        little(body, header_size + captured.size(), 4);
        little(body, header_size + payload, 4);
        body += ip + tcp;
        pad(body);
        if (!label_.empty()) {
            little(body, 1, 2);  // comment
            little(body, label_.size(), 2);
            body += label_;
            pad(body);
            little(body, 0, 4);  // end of options
            label_.clear();
        }
        *out_ += block(6, body);
        source.next += static_cast<std::uint32_t>(payload) + ((flags & (syn | fin)) != 0 ? 1 : 0);
    }

    std::string* out_;
    std::array<Endpoint, 2> sides_;
    std::string label_;  ///< For the first packet.
};

constexpr std::size_t tester = 0;
constexpr std::size_t target = 1;

class Capture {
public:
    Capture() : out_(section_header() + interface_description()) {}

    void add(const RunResult& run) {
        ++runs_;
        auto const started = parse_utc(run.started);
        // Connections of one run follow each other here, although they were open at the same time: easier to read.
        now_us_ = started ? static_cast<std::uint64_t>(std::max<std::int64_t>(0, started->time_since_epoch().count())) *
                                1'000'000
                          : 0;
        for (const auto& result : run.cases) {
            std::string const label = "case " + shown(result.id, 20) + " " + shown(result.title, 200);
            if (result.first_verdict)
                add(run, result.first_transcript, ClosingRecord::End::open,
                    fmt::format("{}: {} among the others", label, to_string(*result.first_verdict)));
            add(run, result.transcript, result.closing.end, fmt::format("{}: {}", label, to_string(result.verdict)));
        }
    }

    std::string take() { return std::move(out_); }

private:
    void add(const RunResult& run, const std::vector<TranscriptEntry>& transcript, ClosingRecord::End end,
             const std::string& label) {
        if (std::ranges::none_of(transcript, [](const TranscriptEntry& entry) { return entry.size != 0; })) return;
        // Port 80 tells Wireshark that HTTP begins the conversation; the other side has one port a connection.
        constexpr std::uint16_t http = 80;
        constexpr std::uint32_t first_port = 1024;
        constexpr std::uint32_t ports = 65536 - first_port;
        auto const port = static_cast<std::uint16_t>(first_port + connections_ % ports);
        std::uint32_t const tester_address = 0xc6120001 + connections_ / ports;  // 198.18.0.1
        std::uint32_t const target_address = 0xc6130000 + runs_;                 // 198.19.0.1
        ++connections_;
        bool const target_is_server = run.role != "client";
        Connection connection(out_,
                              {Endpoint{tester_address, target_is_server ? port : http},
                               Endpoint{target_address, target_is_server ? http : port}},
                              label);
        std::uint64_t last = 0;
        connection.open(target_is_server ? tester : target, now_us_);
        for (const auto& entry : transcript) {
            last = std::max(last, entry.at_us);
            if (entry.direction != TranscriptEntry::Direction::note)
                connection.data(entry.direction == TranscriptEntry::Direction::sent ? tester : target, entry.octets,
                                std::max<std::uint64_t>(entry.size, entry.octets.size()), now_us_ + entry.at_us);
        }
        using End = ClosingRecord::End;
        if (end != End::open)
            connection.end(end == End::tester ? tester : target, end == End::target_reset, now_us_ + last);
        now_us_ += last + 1000;
    }

    std::string out_;
    std::uint32_t runs_ = 0;
    std::uint32_t connections_ = 0;
    std::uint64_t now_us_ = 0;
};

}  // namespace

std::string to_pcapng(std::span<const RunResult> runs) {
    Capture capture;
    for (const auto& run : runs) capture.add(run);
    return capture.take();
}

}  // namespace wsspec

// Faults below WebSocket: versions of TLS, and how it ends (RFC 6455 sections 4.2.2 and 7.1.1; RFC 8446, 8996, 9325).
#include "runner/faults.h"

namespace wsspec::detail {

namespace {

template <net::Filter::Ending how>
class EndsTls final : public net::Filter {
    Ending ending() override { return how; }
};

template <net::Filter::Ending how>
net::FilterFactory ends() {
    return [] { return std::make_unique<EndsTls<how>>(); };
}

}  // namespace

std::vector<Fault> tls_faults() {
    using enum TlsVersion;
    return {
        {.name = "accepts-tls-1-0",
         .requirement = "R8996-4-1",
         .what = "Speaks TLS 1.0 with who asks for it.",
         .caught_by = {"18.1.3"},
         .make = {},
         .tls = TlsBend{.oldest = tls1_0}},
        {.name = "accepts-tls-1-1",
         .requirement = "R8996-5-1",
         .what = "Speaks TLS 1.1 with who asks for it.",
         .caught_by = {"18.1.4"},
         .make = {},
         .tls = TlsBend{.oldest = tls1_1}},
        {.name = "speaks-no-tls-1-2",
         .requirement = "R9325-3.1.1-1",
         .what = "Refuses who speaks nothing newer than TLS 1.2.",
         .caught_by = {"18.1.1"},
         .make = {},
         .expected = Verdict::non_strict,
         .tls = TlsBend{.oldest = tls1_3}},
        {.name = "speaks-no-tls-1-3",
         .requirement = "R9325-3.1.1-2",
         .what = "Refuses who speaks nothing older than TLS 1.3.",
         .caught_by = {"18.1.2"},
         .make = {},
         .expected = Verdict::non_strict,
         .tls = TlsBend{.newest = tls1_2}},
        {.name = "answers-in-clear-where-tls-is-due",
         .requirement = "R6455-4.2.2-1",
         .what = "Opens a connection in clear on the port of TLS.",
         .caught_by = {"18.5.1"},
         .make = {},
         .tls = TlsBend{.also_in_clear = true}},
        {.name = "ends-tls-without-close-notify",
         .requirement = "R8446-6.1-1",
         .what = "Ends TCP without close_notify.",
         .caught_by = {"18.4.1"},
         .make = ends<net::Filter::Ending::cut_off>(),
         .expected = Verdict::non_strict,
         .tls = TlsBend{}},
        {.name = "ends-tcp-inside-close-notify",
         .requirement = "R8446-6.1-1",
         .what = "Ends TCP behind half of the record with close_notify.",
         .caught_by = {"18.4.1"},
         .make = ends<net::Filter::Ending::break_off>(),
         .expected = Verdict::non_strict,
         .tls = TlsBend{}},
    };
}

}  // namespace wsspec::detail

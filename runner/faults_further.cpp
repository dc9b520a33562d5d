// What faulty servers break besides the statement that they stand for, and what none of them can break.
#include "runner/faults.h"

namespace wsspec {

std::span<const FurtherBreach> further_breaches() {
    static constexpr FurtherBreach rows[] = {
        // The opening handshake.
        {"hangs-up-at-unknown-paths", "R8307-1-1", "8.9.12"},
        {"hangs-up-at-odd-octets", "R6455-8.1-2", "8.8.24"},
        {"hangs-up-at-expectations", "R9110-7.8-12", "8.8.55"},
        {"hangs-up-at-large-requests", "R9112-3-3", "8.2.54"},
        {"hangs-up-at-large-requests", "R6455-10.4-1", "8.8.30"},
        {"refuses-origins-with-500", "R6455-4.2.2-5", "8.9.11"},
        {"ignores-malformed-extensions", "R6455-4.3-2", "8.7.42"},
        {"refuses-quoted-parameters", "R6455-4.3-3", "8.7.19"},
        {"refuses-missing-origin", "R6455-4.4-2", "8.1.1"},
        {"names-extension-unasked", "R6455-9-2", "8.1.1"},
        {"accepts-unknown-deflate-parameter", "R6455-9.1-4", "8.7.21"},
        {"reads-deflate-window-carelessly", "R7692-5-11", "14.2.15"},
        {"answers-window-of-16-bits", "R6455-9-3", "14.1.3"},
        {"answers-window-of-16-bits", "R7692-7.1.2.1-5", "14.1.3"},
        {"answers-client-window-without-value", "R7692-7.1.2.2-5", "8.7.14"},
        {"leaves-out-server-window", "R7692-5-6", "14.1.3"},
        {"uses-whole-window", "R7692-5-5", "14.1.3"},
        {"answers-8-bits-and-uses-10", "R7692-7-4", "14.6.49"},
        {"answers-8-bits-and-uses-10", "R7692-7.1.2.1-3", "14.6.49"},
        {"answers-without-upgrade", "R9110-7.8-4", "8.1.1"},
        {"answers-426-without-upgrade", "R9110-15.5.22-1", "8.5.2"},
        {"accepts-any-method", "R9110-9.3.6-1", "8.2.14"},
        {"accepts-any-method", "R9112-3.1-1", "8.2.8"},
        {"accepts-missing-connection", "R9110-7.8-9", "8.3.16"},
        {"accepts-http-1.0", "R9110-7.8-10", "8.2.16"},
        {"loses-first-frame", "R9112-2.1-1", "8.1.55"},
        {"reads-folded-lines-as-fields", "R9112-2.2-5", "8.8.29"},
        {"refuses-absolute-targets", "R9112-3.2.2-1", "8.2.50"},
        {"ignores-content-length", "R9112-6.3-3", "8.8.38"},
        {"refuses-capitals-in-upgrade", "IANA-upgrade-1", "8.1.12"},
        {"accepts-any-version", "IANA-version-1", "8.5.4"},

        // Frames and messages.
        {"sends-messages-without-end", "R6455-5.2-1", "1.1.2"},
        {"sends-messages-without-end", "R6455-6.1-4", "1.1.2"},
        {"sends-fragmented-pongs", "R6455-5.4-7", "2.2"},
        {"swaps-key", "R6455-5.7-2", "1.6.1"},
        {"echoes-each-fragment", "R6455-5.7-3", "1.6.2"},
        {"sends-empty-pongs", "R6455-5.7-4", "1.6.3"},
        {"sends-rsv1-in-echoes", "R6455-5.8-1", "1.1.7"},
        {"sends-data-after-close", "R6455-6.1-1", "7.1.4"},
        {"never-answers-pings", "R6455-6.2-2", "2.2"},
        {"leaves-tail-masked", "R6455-6.2-5", "1.6.1"},
        {"never-validates-text", "R6455-10.7-1", "6.3.1"},
        {"leaves-tcp-open-after-closing", "R6455-5.5.1-13", "7.1.1"},
        {"accepts-codes-below-1000", "R6455-11.7-1", "7.9.1"},
        {"answers-messages-behind-close", "R6455-7.1.3-1", "7.1.4"},
        {"hangs-instead-of-failing", "R6455-7.1.7-3", "3.1"},
        {"fails-with-1000", "R6455-7.4.1-2", "3.1"},

        // permessage-deflate.
        {"compresses-without-agreement", "R7692-5-4", "14.2.10"},
        {"compresses-without-agreement", "R7692-5-12", "14.2.10"},
        {"forgets-rsv1", "R7692-5-14", "14.6.50"},
        {"forgets-rsv1", "R7692-6-2", "14.4.24"},
        {"takes-tail-for-data", "R7692-7.2.2-12", "14.7.37"},
        {"inflates-with-empty-window", "R7692-7.2.3.2-1", "14.4.3"},
        {"refuses-empty-compressed-messages", "R7692-7.2.3.6-2", "14.4.13"},
    };
    return rows;
}

std::span<const Unbreakable> unbreakable() {
    static constexpr std::string_view library =
        "the TLS library sees to it, below what a filter stands in front of, and has no switch to do otherwise";
    static constexpr Unbreakable rows[] = {
        {"R6455-5.5.1-10", "\"typically\" the code comes back, so another one is informational"},
        {"R6455-7.1.2-1", "the code and the reason are an application's to ask for, and an echo server asks for none"},
        {"R6455-7.1.6-1",
         "the reason is reported to an application: what shows on the wire is that it is not sent back"},
        {"R6455-10.6-1", "who has no TLS is not reached by a wss URL: the run ends before its first case"},
        {"R8446-5-1", library},
        {"R8446-5.1-1", library},
        {"R8446-5.2-1", library},
        {"R8446-5.2-2", library},
        {"R8446-6-1", library},
        {"R8446-6.1-2", library},
        {"R8446-6.1-3", library},
        {"R9325-3.5-1", library},
        {"R9325-3.7-1", library},
        {"R7692-7.2.1-5", "no receiver is told to look at the padding, so it is informational"},
        {"R7692-8-3", "whoever spends too much time shows by the clock alone, and a test by the clock is none"},
        {"R9112-9.3-1", "the reference ends TCP when it has refused; what stands outside of it cannot go on reading"},
        {"R9112-11.2-1", "the reference ends TCP when it has refused; what stands outside of it cannot go on reading"},
    };
    return rows;
}

}  // namespace wsspec

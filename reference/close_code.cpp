#include "reference/close_code.h"

namespace wsspec {

CloseCodeClass classify(std::uint16_t code) {
    if (code < 1000) return CloseCodeClass::unused;
    if (code == 1004) return CloseCodeClass::reserved;
    if (code == 1005 || code == 1006 || code == 1015) return CloseCodeClass::never_on_wire;
    if (code >= 1012 && code <= 1014) return CloseCodeClass::registered_later;
    if (code <= 1011) return CloseCodeClass::legal;
    if (code <= 2999) return CloseCodeClass::unassigned;
    if (code <= 4999) return CloseCodeClass::legal;
    return CloseCodeClass::out_of_range;
}

bool may_be_sent(std::uint16_t code) {
    auto const code_class = classify(code);
    return code_class == CloseCodeClass::legal || code_class == CloseCodeClass::registered_later;
}

std::string_view broken_requirement(CloseCodeClass code_class, std::uint16_t code) {
    switch (code_class) {
        case CloseCodeClass::legal:
        case CloseCodeClass::registered_later:
            return {};
        case CloseCodeClass::never_on_wire:
            return code == 1005 ? "R6455-7.4.1-5" : code == 1006 ? "R6455-7.4.1-6" : "R6455-7.4.1-14";
        case CloseCodeClass::reserved:
            return "R6455-7.4.1-4";
        case CloseCodeClass::unused:
            return "R6455-7.4.2-1";
        case CloseCodeClass::unassigned:
            return "R6455-7.4.2-2";
        case CloseCodeClass::out_of_range:
            return "R6455-7.4.2-5";
    }
    return {};
}

std::string_view close_code_name(std::uint16_t code) {
    switch (code) {
        case 1000:
            return "normal closure";
        case 1001:
            return "going away";
        case 1002:
            return "protocol error";
        case 1003:
            return "unsupported data";
        case 1005:
            return "no status received";
        case 1006:
            return "abnormal closure";
        case 1007:
            return "invalid payload data";
        case 1008:
            return "policy violation";
        case 1009:
            return "message too big";
        case 1010:
            return "mandatory extension";
        case 1011:
            return "internal error";
        case 1012:
            return "service restart";
        case 1013:
            return "try again later";
        case 1014:
            return "bad gateway";
        case 1015:
            return "TLS handshake";
        default:
            return {};
    }
}

}  // namespace wsspec

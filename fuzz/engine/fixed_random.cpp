#define OPENSSL_SUPPRESS_DEPRECATED

#include "fuzz/engine/fixed_random.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>

#include "fuzz/dice.h"

namespace wsspec::targets {

namespace {

Dice dice(1);

int fill(unsigned char* into, int size) {
    std::generate_n(into, size, [] { return dice.octet(); });
    return 1;
}
int status() { return 1; }

}  // namespace

void fix_random() {
    static const RAND_METHOD method = {nullptr, fill, nullptr, nullptr, fill, status};
    if (RAND_set_rand_method(&method) != 1) std::abort();
}

void restart_random() { dice = Dice(1); }

}  // namespace wsspec::targets

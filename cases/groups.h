// One function a group; `catalogue.cpp` gives the order.
#pragma once

#include "cases/catalogue.h"

namespace wsspec {

Group single_frames();        // 1
Group ping_pong();            // 2
Group reserved_bits();        // 3
Group opcodes();              // 4
Group fragmentation();        // 5
Group utf8_text();            // 6
Group closing();              // 7
Group opening_handshake();    // 8
Group volume();               // 9
Group automatic_fragments();  // 10
Group masking();              // 11
Group compressed_corpora();   // 12
Group deflate_parameters();   // 13
Group deflate_structure();    // 14
Group state_and_closing();    // 15
Group delivery_group();       // 16
Group hostile_input();        // 17
Group tls_group();            // 18

}  // namespace wsspec

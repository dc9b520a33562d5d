// What the installed reference is for: an endpoint of one's own.
#include <cstdio>

#include "reference/endpoint.h"

int main() {
    wsspec::Endpoint endpoint(wsspec::Role::server);
    auto frame = wsspec::wire(wsspec::text("Hello"), wsspec::Role::client, {1, 2, 3, 4});
    endpoint.receive(frame);
    auto const events = endpoint.take_events();
    bool const right = events.size() == 1 && wsspec::as_text(events.front().payload) == "Hello";
    std::puts(right ? "Hello" : "not what was sent");
    return right ? 0 : 1;
}

// How much a parser allocates, by malloc itself. Not in the library: compiled into every fuzzer with the flags of that
// fuzzer, because sanitizers bring a malloc of their own, which has hooks; glibc's is wrapped here. Elsewhere nothing
// is measured.
#include <cstddef>
#include <cstdint>

#include "fuzz/adapters/parser_run.h"

#if defined(__has_feature)
#define WSSPEC_HAS_FEATURE(name) __has_feature(name)
#else
#define WSSPEC_HAS_FEATURE(name) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || WSSPEC_HAS_FEATURE(address_sanitizer) || WSSPEC_HAS_FEATURE(memory_sanitizer)
#define WSSPEC_METER_HOOKS
// <sanitizer/allocator_interface.h>, which not every compiler with these sanitizers brings along.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, std::size_t),
                                                         void (*on_free)(const volatile void*));
extern "C" std::size_t __sanitizer_get_allocated_size(const volatile void*);
#elif defined(__GLIBC__) && !defined(__SANITIZE_THREAD__) && !WSSPEC_HAS_FEATURE(thread_sanitizer)
#define WSSPEC_METER_WRAPS
#include <malloc.h>

#include <cerrno>
#endif

#if defined(WSSPEC_METER_HOOKS) || defined(WSSPEC_METER_WRAPS)

namespace {

thread_local bool measuring = false;
thread_local bool paused = false;
/// Below zero where something older is freed.
thread_local std::int64_t held = 0;
thread_local std::int64_t most = 0;

void note_more(std::size_t size) {
    if (!measuring || paused) return;
    held += static_cast<std::int64_t>(size);
    if (held > most) most = held;
}
void note_less(std::size_t size) {
    if (measuring && !paused) held -= static_cast<std::int64_t>(size);
}

}  // namespace

#endif

#ifdef WSSPEC_METER_WRAPS

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);

void* malloc(std::size_t size) {
    void* const block = __libc_malloc(size);
    if (block != nullptr) note_more(malloc_usable_size(block));
    return block;
}
void* calloc(std::size_t count, std::size_t size) {
    void* const block = __libc_calloc(count, size);
    if (block != nullptr) note_more(malloc_usable_size(block));
    return block;
}
void* realloc(void* old, std::size_t size) {
    std::size_t const had = old != nullptr ? malloc_usable_size(old) : 0;
    void* const block = __libc_realloc(old, size);
    if (block != nullptr || size == 0) {
        // Both may exist while one is copied to the other.
        if (block != nullptr) note_more(malloc_usable_size(block));
        note_less(had);
    }
    return block;
}
void* memalign(std::size_t alignment, std::size_t size) {
    void* const block = __libc_memalign(alignment, size);
    if (block != nullptr) note_more(malloc_usable_size(block));
    return block;
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** into, std::size_t alignment, std::size_t size) {
    if (alignment < sizeof(void*) || (alignment & (alignment - 1)) != 0) return EINVAL;
    void* const block = memalign(alignment, size);
    if (block == nullptr) return ENOMEM;
    *into = block;
    return 0;
}
void free(void* block) {
    if (block != nullptr) note_less(malloc_usable_size(block));
    __libc_free(block);
}
}  // extern "C"

#endif

#if defined(WSSPEC_METER_HOOKS) || defined(WSSPEC_METER_WRAPS)

namespace {

const bool installed = [] {
#ifdef WSSPEC_METER_HOOKS
    __sanitizer_install_malloc_and_free_hooks([](const volatile void*, std::size_t size) { note_more(size); },
                                              [](const volatile void* block) {
                                                  if (block != nullptr && measuring && !paused)
                                                      note_less(__sanitizer_get_allocated_size(block));
                                              });
#endif
    wsspec::use_memory_meter({.begin =
                                  [] {
                                      held = most = 0;
                                      paused = false;
                                      measuring = true;
                                  },
                              .pause = [] { paused = true; },
                              .resume = [] { paused = false; },
                              .peak = [] { return static_cast<std::uint64_t>(most); },
                              .end = [] { measuring = false; }});
    return true;
}();

}  // namespace

#endif

# cmake -DROOT=<project> -P layers.cmake
# Fails, naming every offending line, when a folder includes what its layer must not know.
# fuzz/ stands beside the layers: its library knows reference and cases only, so that the runner may use it; the fuzz
# targets themselves, which nothing includes, may reach for whatever they are to try.

cmake_minimum_required(VERSION 3.25)
set(violations 0)

# The folder that decides which rules hold for a file. net comes before reference, which contains it.
set(folders reference/net reference cases fuzz reports runner)

# Project headers a folder may include (a pattern on the whole path), and what it may not even among the rest.
set(reference_net_allowed "^reference/")
set(reference_allowed "^reference/")
set(reference_forbidden "^(reference/net/|boost/|fmt/|nlohmann/|CLI/|thread$|chrono$|sys/socket)")
set(cases_allowed "^(cases|reference)/")
set(cases_forbidden "^(reference/net/|boost/|fmt/|nlohmann/|CLI/)")
set(fuzz_allowed "^(fuzz|cases|reference)/")
set(fuzz_forbidden "^(reference/net/|boost/|fmt/|nlohmann/|CLI/|thread$|chrono$|sys/socket)")
set(reports_allowed "^(reports|cases|reference)/")
set(reports_forbidden "^(reference/net/|boost/|CLI/)")

# Benchmarks compare with other implementations, so they alone may include third-party headers in any folder.
set(third_party "^(boost|fmt|nlohmann|CLI)/")

file(GLOB_RECURSE files RELATIVE ${ROOT}
    ${ROOT}/reference/*.h ${ROOT}/reference/*.cpp ${ROOT}/cases/*.h ${ROOT}/cases/*.cpp
    ${ROOT}/fuzz/*.h ${ROOT}/fuzz/*.cpp ${ROOT}/reports/*.h ${ROOT}/reports/*.cpp ${ROOT}/runner/*.h
    ${ROOT}/runner/*.cpp)
# Third-party parsers under test bring their own headers.
list(FILTER files EXCLUDE REGEX "^fuzz/adapters/")

foreach(file IN LISTS files)
    foreach(candidate IN LISTS folders)
        if(file MATCHES "^${candidate}/")
            string(REPLACE "/" "_" rules ${candidate})
            break()
        endif()
    endforeach()

    file(STRINGS ${ROOT}/${file} lines REGEX "^[ \t]*#[ \t]*include[ \t]*[<\"]")
    foreach(line IN LISTS lines)
        string(REGEX MATCH "([<\"])([^>\"]+)[>\"]" unused "${line}")
        set(quote "${CMAKE_MATCH_1}")
        set(path "${CMAKE_MATCH_2}")
        set(bad FALSE)

        # Both spellings find a project header, so <runner/x.h> is judged like "runner/x.h"; and a quoted path that
        # starts at no project folder ("frame.h", "../x.h") would escape the rules.
        if(DEFINED ${rules}_allowed AND NOT path MATCHES "${${rules}_allowed}")
            if(quote STREQUAL "\"" OR path MATCHES "^(reference|cases|reports|runner|fuzz)/" OR path MATCHES "^\\.\\.?/")
                set(bad TRUE)
            endif()
        endif()
        if(DEFINED ${rules}_forbidden AND path MATCHES "${${rules}_forbidden}")
            set(bad TRUE)
        endif()
        if(path MATCHES "/\\.\\.?/")
            set(bad TRUE)
        endif()
        if(file MATCHES "^fuzz/(engine/.*|.*_fuzzer\\.cpp)$" AND path MATCHES "^(reports|runner|fuzz|boost)/|^chrono$")
            set(bad FALSE)
        endif()
        if(file MATCHES "_bench\\.cpp$" AND path MATCHES "${third_party}|^chrono$")
            set(bad FALSE)
        endif()

        if(bad)
            message("${file}: must not include ${path}")
            math(EXPR violations "${violations} + 1")
        endif()
    endforeach()
endforeach()

if(violations)
    message(FATAL_ERROR "${violations} #include line(s) break the layering reference <- cases <- (fuzz, reports) <- runner")
endif()

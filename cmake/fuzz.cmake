# The fuzz targets, fuzz/<name>_fuzzer.cpp:
#   <name>_fuzzer  with libFuzzer or another engine, if WSSPEC_FUZZ is on
#   fuzz_replay    all of them in one program, which any compiler builds and the tests run
# The target `fuzzers` is all that a fuzzing machine needs.

set(WSSPEC_FUZZ_ENGINE "-fsanitize=fuzzer" CACHE STRING "What a fuzz target is linked with: an option or a library")

file(GLOB fuzz_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/fuzz/*_fuzzer.cpp)
# Takes a compiler as long as all others together, so it is a program of its own.
set(fuzz_beast ${PROJECT_SOURCE_DIR}/fuzz/beast_difference_fuzzer.cpp)
list(REMOVE_ITEM fuzz_sources ${fuzz_beast})
# Those whose inputs are encoded scripts, to be changed as such.
set(fuzz_scripts script_codec forecast judge beast_difference)

add_library(wsspec_fuzz_targets STATIC EXCLUDE_FROM_ALL ${fuzz_sources}
    ${PROJECT_SOURCE_DIR}/fuzz/engine/fixed_random.cpp)
add_library(wsspec::fuzz_targets ALIAS wsspec_fuzz_targets)
target_link_libraries(wsspec_fuzz_targets
    PUBLIC wsspec::fuzz wsspec::cases wsspec::reference nlohmann_json::nlohmann_json
    PRIVATE wsspec::options ZLIB::ZLIB)
if(WSSPEC_FUZZ)
    # Fuzzing machines run programs where nothing is installed, and compile them with another standard library.
    target_link_libraries(wsspec_fuzz_targets PRIVATE fmt::fmt-header-only)
    # Of reports and runner only the readers: a fuzzing machine does without Asio, and without waiting for the rest.
    foreach(file IN ITEMS reports/baseline reports/date reports/json reports/run reports/standing reports/terminal
            runner/replay_file runner/serve_url runner/wstest_spec)
        target_sources(wsspec_fuzz_targets PRIVATE ${PROJECT_SOURCE_DIR}/${file}.cpp)
    endforeach()
else()
    target_link_libraries(wsspec_fuzz_targets PUBLIC wsspec::runner)
endif()

add_executable(fuzz_replay EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/fuzz/engine/replay.cpp)
target_link_libraries(fuzz_replay PRIVATE wsspec::fuzz_targets wsspec::options)

if(WSSPEC_FUZZ)
    if(WSSPEC_FUZZ_ENGINE STREQUAL "-fsanitize=fuzzer" AND NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "libFuzzer needs clang: use the preset `fuzz`, or name another WSSPEC_FUZZ_ENGINE")
    endif()
    add_custom_target(fuzzers)
    add_dependencies(fuzzers fuzz_replay)
    foreach(source IN LISTS fuzz_sources fuzz_beast)
        cmake_path(GET source STEM name)
        string(REGEX REPLACE "_fuzzer$" "" target ${name})
        add_executable(${name} ${PROJECT_SOURCE_DIR}/fuzz/engine/libfuzzer.cpp)
        target_compile_definitions(${name} PRIVATE WSSPEC_FUZZ_TARGET=${target})
        if(target IN_LIST fuzz_scripts)
            target_compile_definitions(${name} PRIVATE WSSPEC_FUZZ_SCRIPTS)
        endif()
        target_link_libraries(${name} PRIVATE wsspec::fuzz_targets wsspec::options)
        separate_arguments(engine UNIX_COMMAND "${WSSPEC_FUZZ_ENGINE}")
        target_link_libraries(${name} PRIVATE ${engine})
        add_dependencies(fuzzers ${name})
    endforeach()
    target_sources(beast_difference_fuzzer PRIVATE ${fuzz_beast})
    target_link_libraries(beast_difference_fuzzer PRIVATE Boost::headers Threads::Threads)
endif()

if(BUILD_TESTING)
    # What once broke a contract, and the seeds that are kept: with every compiler, under every sanitizer.
    add_test(NAME fuzz_regressions COMMAND fuzz_replay --all fuzz/regressions fuzz/corpus
        WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(fuzz_regressions PROPERTIES LABELS fuzz TIMEOUT 300)
    set_target_properties(fuzz_replay PROPERTIES EXCLUDE_FROM_ALL FALSE)
    set_target_properties(wsspec_fuzz_targets PROPERTIES EXCLUDE_FROM_ALL FALSE)
endif()

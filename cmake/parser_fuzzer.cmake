# wsspec_add_parser_fuzzer(<name> SOURCES <file>... [LIBRARIES <library>...])
#
# A program that holds a WebSocket parser against the RFCs; docs/fuzz-your-parser.md. One of the sources defines
# wsspec_parser() (wsspec_parser.h). With clang it is a libFuzzer program, which wants the parser compiled with
# -fsanitize=fuzzer-no-link; OSS-Fuzz's LIB_FUZZING_ENGINE is taken from the environment instead, if it is set. With
# other compilers, or with WSSPEC_LIBFUZZER=OFF, it replays inputs, all cases of wsspec first, and mutates them blindly.
#
# The same function serves the project itself and whoever uses its installed package. Who includes this file has set
# WSSPEC_PARSER_FUZZER_SOURCES and WSSPEC_PARSER_HEADER_FOLDER, and has the target wsspec::parser_fuzzer.

# The two files that every fuzzer has of its own (they say why), by themselves: what they need of C++ is more than the
# adapter does.
function(wsspec_parser_fuzzer_entry name libfuzzer)
    if(TARGET ${name})
        return()
    endif()
    add_library(${name} OBJECT ${WSSPEC_PARSER_FUZZER_SOURCES}/fuzzer_entry.cpp
        ${WSSPEC_PARSER_FUZZER_SOURCES}/memory_meter.cpp)
    target_link_libraries(${name} PRIVATE wsspec::parser_fuzzer)
    set_target_properties(${name} PROPERTIES CXX_STANDARD 23 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
    if(libfuzzer)
        target_compile_definitions(${name} PRIVATE WSSPEC_LIBFUZZER)
    endif()
endfunction()

function(wsspec_add_parser_fuzzer name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
    if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "wsspec_add_parser_fuzzer(<name> SOURCES <file>... [LIBRARIES <library>...])")
    endif()
    get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
    if(NOT "CXX" IN_LIST languages)
        message(FATAL_ERROR "wsspec_add_parser_fuzzer needs C++ even for a parser in C: project(... LANGUAGES C CXX)")
    endif()

    set(libfuzzer OFF)
    if(DEFINED ENV{LIB_FUZZING_ENGINE})
        set(libfuzzer ON)
        set(engine $ENV{LIB_FUZZING_ENGINE})
    elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND (NOT DEFINED WSSPEC_LIBFUZZER OR WSSPEC_LIBFUZZER))
        set(libfuzzer ON)
        set(engine -fsanitize=fuzzer)
    endif()

    set(entry wsspec_fuzzer_entry_${libfuzzer})
    wsspec_parser_fuzzer_entry(${entry} ${libfuzzer})
    add_executable(${name} ${arg_SOURCES} $<TARGET_OBJECTS:${entry}>)
    set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
    target_include_directories(${name} PRIVATE ${WSSPEC_PARSER_HEADER_FOLDER})
    # Linked, but no flags of ours for sources that are not.
    target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} $<LINK_ONLY:wsspec::parser_fuzzer>)
    if(libfuzzer)
        target_link_libraries(${name} PRIVATE ${engine})
    endif()
endfunction()

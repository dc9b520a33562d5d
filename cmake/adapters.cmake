# fuzz/adapters: the harness for anyone's parser, the parsers with planted bugs, and adapters for three libraries.

wsspec_library(parser_fuzzer FOLDER fuzz/adapters EXCLUDE fuzzer_entry.cpp memory_meter.cpp header_cpp11.cpp
    DEPENDS wsspec::fuzz wsspec::cases wsspec::reference OpenSSL::Crypto)

# `cmake --install` puts down both.
if(TARGET wsspec)
    add_dependencies(wsspec wsspec_parser_fuzzer)
endif()

set(WSSPEC_PARSER_FUZZER_SOURCES ${PROJECT_SOURCE_DIR}/fuzz/adapters CACHE INTERNAL "")
set(WSSPEC_PARSER_HEADER_FOLDER ${PROJECT_SOURCE_DIR}/fuzz/adapters CACHE INTERNAL "")
include(cmake/parser_fuzzer.cmake)

# The proof that the harness finds what it should: ./dev fuzz --planted
add_library(wsspec_planted OBJECT fuzz/adapters/planted/planted_bugs.cpp fuzz/adapters/memory_meter.cpp)
target_link_libraries(wsspec_planted PRIVATE wsspec::parser_fuzzer wsspec::options ZLIB::ZLIB)
add_executable(planted_bugs fuzz/adapters/planted/planted_main.cpp $<TARGET_OBJECTS:wsspec_planted>)
target_link_libraries(planted_bugs PRIVATE wsspec::parser_fuzzer wsspec::options ZLIB::ZLIB)

if(BUILD_TESTING AND TARGET GTest::gmock_main)
    # The header is for whoever writes C, and for old C++.
    enable_language(C)
    add_library(wsspec_parser_header OBJECT fuzz/adapters/header_c99.c fuzz/adapters/header_cpp11.cpp)
    set_target_properties(wsspec_parser_header PROPERTIES
        C_STANDARD 99 C_EXTENSIONS OFF CXX_STANDARD 11 CXX_EXTENSIONS OFF)
    target_compile_options(wsspec_parser_header PRIVATE -Wall -Wextra -pedantic -Werror)

    wsspec_test(parser_fuzzer FOLDER fuzz/adapters)
    target_sources(parser_fuzzer_test PRIVATE
        $<TARGET_OBJECTS:wsspec_planted> $<TARGET_OBJECTS:wsspec_parser_header>)
    target_link_libraries(parser_fuzzer_test PRIVATE ZLIB::ZLIB)

    set(flags ${CMAKE_CXX_FLAGS})
    if(WSSPEC_SANITIZE)
        string(APPEND flags " -fsanitize=${WSSPEC_SANITIZE} -fno-sanitize-recover=all")
    endif()
    add_test(NAME parser_fuzzer_package COMMAND ${CMAKE_COMMAND} -DBUILD=${PROJECT_BINARY_DIR}
        -DCONSUMER=${PROJECT_SOURCE_DIR}/fuzz/adapters/consumer -DSCRATCH=${PROJECT_BINARY_DIR}/parser_fuzzer_package
        -DCXX=${CMAKE_CXX_COMPILER} -DC=${CMAKE_C_COMPILER} "-DFLAGS=${flags}"
        -P ${PROJECT_SOURCE_DIR}/cmake/parser_fuzzer_package.cmake)
    set_tests_properties(parser_fuzzer_package PROPERTIES LABELS parser_fuzzer TIMEOUT 300)

    add_test(NAME planted_bugs COMMAND planted_bugs --executions 5000 --seconds 600)
    # Begun first, so that nobody waits for it alone in the end.
    set_tests_properties(planted_bugs PROPERTIES LABELS parser_fuzzer TIMEOUT 300 COST 1000)
endif()

# Adapters for three libraries, as examples and because bugs are found with them. Not part of `all`: ninja library_fuzzers.
add_custom_target(library_fuzzers)
find_path(WSLAY_INCLUDE_DIR wslay/wslay.h)
find_library(WSLAY_LIBRARY wslay)
if(WSLAY_INCLUDE_DIR AND WSLAY_LIBRARY)
    enable_language(C)
    wsspec_add_parser_fuzzer(wslay_fuzzer SOURCES fuzz/adapters/libraries/wslay.c LIBRARIES ${WSLAY_LIBRARY})
    target_include_directories(wslay_fuzzer SYSTEM PRIVATE ${WSLAY_INCLUDE_DIR})
    set_target_properties(wslay_fuzzer PROPERTIES EXCLUDE_FROM_ALL ON)
    add_dependencies(library_fuzzers wslay_fuzzer)
endif()
find_path(WEBSOCKETPP_INCLUDE_DIR websocketpp/server.hpp)
if(WEBSOCKETPP_INCLUDE_DIR)
    wsspec_add_parser_fuzzer(websocketpp_fuzzer SOURCES fuzz/adapters/libraries/websocketpp.cpp LIBRARIES ZLIB::ZLIB)
    target_include_directories(websocketpp_fuzzer SYSTEM PRIVATE ${WEBSOCKETPP_INCLUDE_DIR})
    set_target_properties(websocketpp_fuzzer PROPERTIES EXCLUDE_FROM_ALL ON CXX_STANDARD 14)
    add_dependencies(library_fuzzers websocketpp_fuzzer)
endif()
wsspec_add_parser_fuzzer(beast_fuzzer SOURCES fuzz/adapters/libraries/beast.cpp LIBRARIES Boost::headers Threads::Threads)
target_compile_definitions(beast_fuzzer PRIVATE BOOST_BEAST_USE_STD_STRING_VIEW)
set_target_properties(beast_fuzzer PROPERTIES EXCLUDE_FROM_ALL ON CXX_STANDARD 17)
add_dependencies(library_fuzzers beast_fuzzer)

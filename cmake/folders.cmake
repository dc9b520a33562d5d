# One folder, one target. Sources are globbed, so a new file needs no change here:
#   *_test.cpp   goes into the folder's test executable
#   *_bench.cpp  goes into the benchmarks
#   *_fuzzer.cpp is a fuzz target: cmake/fuzz.cmake
#   *.cpp        goes into the folder's library

# wsspec_library(<name> FOLDER <folder> [EXCLUDE <file>...] [COLD <pattern>] [DEPENDS <target>...])
# Makes wsspec_<name>, alias wsspec::<name>. A folder without sources gives a target that only carries its
# dependencies, so that the layers above it still configure. Sources whose path matches COLD run once: they get
# WSSPEC_COLD_OPTIONS.
function(wsspec_library name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER;COLD" "EXCLUDE;DEPENDS")
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${arg_FOLDER}/*.cpp)
    list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzzer)\\.cpp$")
    foreach(file IN LISTS arg_EXCLUDE)
        list(REMOVE_ITEM sources ${PROJECT_SOURCE_DIR}/${arg_FOLDER}/${file})
    endforeach()

    if(arg_COLD AND WSSPEC_COLD_OPTIONS)
        set(cold ${sources})
        list(FILTER cold INCLUDE REGEX "${arg_COLD}")
        set_source_files_properties(${cold} PROPERTIES COMPILE_OPTIONS "${WSSPEC_COLD_OPTIONS}")
    endif()

    if(sources)
        add_library(wsspec_${name} STATIC ${sources})
        target_link_libraries(wsspec_${name} PRIVATE $<BUILD_INTERFACE:wsspec::options>)
        set(visibility PUBLIC)
    else()
        add_library(wsspec_${name} INTERFACE)
        set(visibility INTERFACE)
    endif()
    add_library(wsspec::${name} ALIAS wsspec_${name})
    target_include_directories(wsspec_${name} ${visibility} $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
    target_link_libraries(wsspec_${name} ${visibility} ${arg_DEPENDS})
endfunction()

# wsspec_define(<name> <definition>...): for the library and all that use it.
function(wsspec_define name)
    get_target_property(type wsspec_${name} TYPE)
    if(type STREQUAL "INTERFACE_LIBRARY")
        target_compile_definitions(wsspec_${name} INTERFACE ${ARGN})
    else()
        target_compile_definitions(wsspec_${name} PUBLIC ${ARGN})
    endif()
endfunction()

# wsspec_test(<name> FOLDER <folder> [LIBRARY <library>] [ONLY <file>...] [EXCLUDE <file>...])
# Makes <name>_test from the folder's *_test.cpp, or some of them; each of its tests carries the label <name>. Suites
# whose name begins with Real talk to third-party implementations: they carry the label `real` as well, and may take
# longer. Those that begin with Browser drive one: label `browser`.
# Tests run in the project's top folder and find the built program in the environment variable WSSPEC_BINARY.
function(wsspec_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER;LIBRARY" "ONLY;EXCLUDE")
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${arg_FOLDER}/*_test.cpp)
    foreach(file IN LISTS arg_EXCLUDE)
        list(REMOVE_ITEM sources ${PROJECT_SOURCE_DIR}/${arg_FOLDER}/${file})
    endforeach()
    if(arg_ONLY)
        list(TRANSFORM arg_ONLY PREPEND ${PROJECT_SOURCE_DIR}/${arg_FOLDER}/ OUTPUT_VARIABLE sources)
    endif()
    if(NOT sources)
        return()
    endif()
    if(NOT arg_LIBRARY)
        set(arg_LIBRARY ${name})
    endif()

    add_executable(${name}_test ${sources})
    target_link_libraries(${name}_test PRIVATE wsspec::${arg_LIBRARY} wsspec::options GTest::gmock_main)
    target_compile_options(${name}_test PRIVATE ${WSSPEC_COLD_OPTIONS})
    if(TARGET wsspec)
        add_dependencies(${name}_test wsspec)
    endif()

    # Discovered when ctest starts, not after linking: a crashing test must not fail the build.
    include(GoogleTest)
    set(environment "WSSPEC_BINARY=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/wsspec")
    gtest_discover_tests(${name}_test
        TEST_FILTER "-Real*:Browser*:Faults/*"
        DISCOVERY_MODE PRE_TEST
        DISCOVERY_TIMEOUT 60
        WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
        PROPERTIES TIMEOUT 120 LABELS ${name} ENVIRONMENT "${environment}")
    # Hundreds of faulty peers wait for their deadlines together, if they are played by one process.
    if(name STREQUAL "runner")
        add_test(NAME faults COMMAND ${name}_test --gtest_brief=1 --gtest_filter=Faults/*
            WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
        # Hundreds of peers play in one thread against deadlines: nothing else runs beside them.
        set_tests_properties(faults PROPERTIES LABELS ${name} TIMEOUT 600 RUN_SERIAL ON ENVIRONMENT "${environment}")
    endif()
    foreach(special Real Browser)
        string(TOLOWER ${special} label)
        gtest_discover_tests(${name}_test
            TEST_FILTER "${special}*"
            TEST_LIST ${name}_${label}_TESTS
            DISCOVERY_MODE PRE_TEST
            DISCOVERY_TIMEOUT 60
            WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
            PROPERTIES TIMEOUT 300 ENVIRONMENT "${environment}")

        # gtest_discover_tests cannot pass on a property that is a list, so ctest sets these two labels itself.
        set(labels ${CMAKE_BINARY_DIR}/${name}_${label}_labels.cmake)
        file(CONFIGURE OUTPUT ${labels} @ONLY CONTENT [[
foreach(test IN LISTS @name@_@label@_TESTS)
    set_tests_properties("${test}" PROPERTIES LABELS "@name@;@label@")
endforeach()
]])
        set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${labels})
    endforeach()
endfunction()

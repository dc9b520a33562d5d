# cmake -DBUILD=<build folder> -DCONSUMER=<fuzz/adapters/consumer> -DSCRATCH=<folder> -DCXX=<compiler> -DC=<compiler>
#     -DFLAGS=<flags> -P parser_fuzzer_package.cmake
# Installs the development files, builds the consumer against them outside of the tree, and runs its two fuzzers: one
# must find nothing, the other one its bug, with a report whose last line finds it again.

cmake_minimum_required(VERSION 3.25)

function(run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE err)
    if(NOT status EQUAL 0)
        list(JOIN ARGN " " command)
        message(FATAL_ERROR "${command}\nended with ${status}\n${out}${err}")
    endif()
    set(out "${out}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${SCRATCH}/installed --component wsspec_development)
# Installed is installed: nothing may lead back to where it came from.
execute_process(COMMAND grep -rlF ${BUILD} ${SCRATCH}/installed/include ${SCRATCH}/installed/share
    ${SCRATCH}/installed/lib/cmake OUTPUT_VARIABLE leaks)
if(leaks)
    message(FATAL_ERROR "installed files name the build folder:\n${leaks}")
endif()

file(COPY ${CONSUMER}/ DESTINATION ${SCRATCH}/consumer)
run(${CMAKE_COMMAND} -S ${SCRATCH}/consumer -B ${SCRATCH}/build -G Ninja -DCMAKE_PREFIX_PATH=${SCRATCH}/installed
    -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_C_COMPILER=${C} "-DCMAKE_CXX_FLAGS=${FLAGS}" "-DCMAKE_C_FLAGS=${FLAGS}"
    -DWSSPEC_LIBFUZZER=OFF)
run(${CMAKE_COMMAND} --build ${SCRATCH}/build)

run(${SCRATCH}/build/your_parser_fuzzer)
if(NOT out MATCHES "your parser: all cases \\([0-9]+ scripts\\) in .* nothing found")
    message(FATAL_ERROR "the fuzzer says:\n${out}")
endif()

file(MAKE_DIRECTORY ${SCRATCH}/found)
execute_process(COMMAND ${SCRATCH}/build/your_buggy_parser_fuzzer -artifact_prefix=${SCRATCH}/found/
    RESULT_VARIABLE status ERROR_VARIABLE report)
if(NOT status EQUAL 77 OR NOT report MATCHES "Observed" OR NOT report MATCHES "RFC 6455 section")
    message(FATAL_ERROR "the buggy parser's fuzzer ended with ${status}:\n${report}")
endif()
if(NOT report MATCHES "Run again +([^ ]+) ([^\n]+)\n")
    message(FATAL_ERROR "no command repeats it:\n${report}")
endif()
execute_process(COMMAND ${CMAKE_MATCH_1} ${CMAKE_MATCH_2} RESULT_VARIABLE status ERROR_VARIABLE repeated)
if(NOT status EQUAL 77 OR NOT repeated STREQUAL report)
    message(FATAL_ERROR "repeated, it ended with ${status}:\n${repeated}\ninstead of\n${report}")
endif()

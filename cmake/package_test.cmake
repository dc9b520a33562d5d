# cmake -DBUILD=<build folder> -DCONSUMER=<cmake/package_test> -DSCRATCH=<folder> -DCXX=<compiler> -DFLAGS=<flags>
#     -P package_test.cmake
# Installs everything and uses it as others would: find_package(wsspec), wsspec_add_conformance_test(), pkg-config, the
# program, its link, manual pages and completions.

cmake_minimum_required(VERSION 3.25)
set(installed ${SCRATCH}/installed)

function(run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE err)
    if(NOT status EQUAL 0)
        list(JOIN ARGN " " command)
        message(FATAL_ERROR "${command}\nended with ${status}\n${out}${err}")
    endif()
    set(out "${out}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${installed})
foreach(file bin/wsspec bin/wstest include/wsspec_parser.h share/man/man1/wsspec.1.gz share/man/man1/wsspec-run.1.gz
        share/bash-completion/completions/wsspec share/zsh/site-functions/_wsspec
        share/fish/vendor_completions.d/wsspec.fish)
    if(NOT EXISTS ${installed}/${file})
        message(FATAL_ERROR "${file} was not installed")
    endif()
endforeach()
run(${installed}/bin/wstest --help)
if(NOT out MATCHES "fuzzingclient")
    message(FATAL_ERROR "wstest is not the program under Autobahn's name:\n${out}")
endif()

file(COPY ${CONSUMER}/ DESTINATION ${SCRATCH}/consumer)
run(${CMAKE_COMMAND} -S ${SCRATCH}/consumer -B ${SCRATCH}/build -G Ninja -DCMAKE_PREFIX_PATH=${installed}
    -DCMAKE_CXX_COMPILER=${CXX} "-DCMAKE_CXX_FLAGS=${FLAGS}")
run(${CMAKE_COMMAND} --build ${SCRATCH}/build)
run(ctest --test-dir ${SCRATCH}/build --output-on-failure -j 2 -E "^(silent|groups)")
if(NOT out MATCHES "100% tests passed" OR NOT out MATCHES "client\\.1\\.1" OR NOT out MATCHES "known\\.2\\.1")
    message(FATAL_ERROR "not what was added:\n${out}")
endif()

# It can fail, and the log says of what.
execute_process(COMMAND ctest --test-dir ${SCRATCH}/build --output-on-failure -L silent RESULT_VARIABLE status
    OUTPUT_VARIABLE out)
if(status EQUAL 0 OR NOT out MATCHES "R6455-5\\.5\\.2-2" OR NOT out MATCHES "Run again")
    message(FATAL_ERROR "a server without pongs, status ${status}:\n${out}")
endif()

# One test a group, but for those left out.
run(ctest --test-dir ${SCRATCH}/build -N -L groups)
if(NOT out MATCHES "groups\\.7\n" OR NOT out MATCHES "groups\\.11\n" OR out MATCHES "groups\\.(6|9|14)\n")
    message(FATAL_ERROR "not one test a group:\n${out}")
endif()

set(ENV{PKG_CONFIG_PATH} ${installed}/share/pkgconfig)
run(pkg-config --cflags --libs --static wsspec)
separate_arguments(flags UNIX_COMMAND "${FLAGS} ${out}")
run(${CXX} -std=c++23 ${SCRATCH}/consumer/uses_reference.cpp -o ${SCRATCH}/by_pkg_config ${flags})
run(${SCRATCH}/by_pkg_config)

run(${CMAKE_COMMAND} -S ${SCRATCH}/consumer/no_language -B ${SCRATCH}/no_language -G Ninja
    -DCMAKE_PREFIX_PATH=${installed})
run(ctest --test-dir ${SCRATCH}/no_language --output-on-failure)
if(NOT out MATCHES "100% tests passed")
    message(FATAL_ERROR "a project without a compiler:\n${out}")
endif()

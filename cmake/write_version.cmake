# cmake -DVERSION=... -DSOURCE=... -DOUTPUT=... -P write_version.cmake

cmake_minimum_required(VERSION 3.25)

set(commit "unknown")
find_program(git git)
# Only a .git of its own counts: an unpacked release inside some other repository must not report that one's commit.
if(git AND EXISTS ${SOURCE}/.git)
    # Without optional locks a build never disturbs a git command that runs beside it.
    execute_process(
        COMMAND ${CMAKE_COMMAND} -E env GIT_OPTIONAL_LOCKS=0
            ${git} -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
        OUTPUT_VARIABLE described
        OUTPUT_STRIP_TRAILING_WHITESPACE
        ERROR_QUIET
        RESULT_VARIABLE failed)
    if(NOT failed)
        set(commit "${described}")
    endif()
endif()

file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT
"#pragma once
#define WSSPEC_VERSION \"@VERSION@\"
#define WSSPEC_COMMIT \"@commit@\"
")

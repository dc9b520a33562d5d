# wsspec_version.h (WSSPEC_VERSION, WSSPEC_COMMIT) in the build folder, on the include path of runner/ only.
# Made anew at each build but rewritten only when its text changes, so that a commit recompiles nothing but the files
# that include it.

add_custom_target(wsspec_version_header
    COMMAND ${CMAKE_COMMAND} -DVERSION=${PROJECT_VERSION} -DSOURCE=${PROJECT_SOURCE_DIR}
        -DOUTPUT=${CMAKE_BINARY_DIR}/generated/wsspec_version.h -P ${PROJECT_SOURCE_DIR}/cmake/write_version.cmake
    BYPRODUCTS ${CMAKE_BINARY_DIR}/generated/wsspec_version.h
    COMMENT "Checking wsspec_version.h"
    VERBATIM)

add_library(wsspec_version INTERFACE)
add_library(wsspec::version ALIAS wsspec_version)
add_dependencies(wsspec_version wsspec_version_header)
target_include_directories(wsspec_version INTERFACE ${CMAKE_BINARY_DIR}/generated)

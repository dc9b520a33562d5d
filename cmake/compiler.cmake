# How the project's own code is compiled: target wsspec::options, linked privately so that it never leaks to a user.

find_program(WSSPEC_CCACHE ccache)
if(WSSPEC_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${WSSPEC_CCACHE})
endif()

add_library(wsspec_options INTERFACE)
add_library(wsspec::options ALIAS wsspec_options)
target_compile_options(wsspec_options INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(WSSPEC_WERROR)
    target_compile_options(wsspec_options INTERFACE -Werror)
endif()

# GCC 12 reports these inside its own <string> and <vector> once they are inlined (GCC bugs 105651, 107852, 105329);
# clang and AddressSanitizer look for the same mistakes without the false alarms.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(wsspec_options INTERFACE
        -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
endif()

# libstdc++ 12's stable_sort() uses what the same library calls deprecated, and clang blames the caller.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(wsspec_options INTERFACE -Wno-deprecated-declarations)
endif()

# Global, not on wsspec::options: a sanitizer must see every object file and the link.
if(WSSPEC_SANITIZE)
    add_compile_options(-fsanitize=${WSSPEC_SANITIZE} -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${WSSPEC_SANITIZE})
    # `dev` leaves out the checks of UBSan that stand at every use of a pointer and that AddressSanitizer sees the harm
    # of: they cost a quarter of the build. The fuzz targets are built with all of them.
    if(WSSPEC_NO_SANITIZE)
        add_compile_options(-fno-sanitize=${WSSPEC_NO_SANITIZE})
    endif()
    # GCC warns of uninitialised variables on the branches that its own instrumentation adds.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(wsspec_options INTERFACE -Wno-maybe-uninitialized)
    endif()
endif()

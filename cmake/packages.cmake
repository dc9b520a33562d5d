# ./dev package: a Debian package of the program, one for who builds on the libraries, and an archive whose program
# needs nothing but glibc.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME wsspec)
set(CPACK_PACKAGE_VENDOR wsspec)
set(CPACK_PACKAGE_CONTACT "wsspec maintainers <maintainers@wsspec.example>")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL Unspecified wsspec_development)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_UNSPECIFIED_PACKAGE_NAME wsspec)
set(CPACK_DEBIAN_UNSPECIFIED_PACKAGE_SECTION net)
set(CPACK_DEBIAN_UNSPECIFIED_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_UNSPECIFIED_DESCRIPTION "conformance tests for WebSocket servers and clients
Plays more than 2200 numbered cases against any WebSocket server or client and
says what breaks RFC 6455 or RFC 7692: the requirement, its section, and the
octets that decided. Reports as HTML, JUnit, Markdown, TAP and JSON, and takes
the place of Autobahn's command under the name wstest.")
set(CPACK_DEBIAN_WSSPEC_DEVELOPMENT_PACKAGE_NAME libwsspec-dev)
set(CPACK_DEBIAN_WSSPEC_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_WSSPEC_DEVELOPMENT_PACKAGE_DEPENDS "libssl-dev, zlib1g-dev")
set(CPACK_DEBIAN_WSSPEC_DEVELOPMENT_PACKAGE_RECOMMENDS "wsspec")
set(CPACK_DEBIAN_WSSPEC_DEVELOPMENT_DESCRIPTION "WebSocket reference implementation and parser fuzzer
RFC 6455 and RFC 7692 without sockets as a static library, a C interface and a
harness to fuzz any WebSocket parser with, and a CMake package that adds
conformance tests to a project.")

# What Debian wants to find in each package.
foreach(package IN ITEMS wsspec libwsspec-dev)
    set(component Unspecified)
    if(package STREQUAL libwsspec-dev)
        set(component wsspec_development)
    endif()
    install(FILES LICENSE DESTINATION share/doc/${package} RENAME copyright COMPONENT ${component})
    install(FILES ${PROJECT_BINARY_DIR}/generated/changelog.gz DESTINATION share/doc/${package} COMPONENT ${component})
endforeach()
configure_file(cmake/debian_changelog.in ${PROJECT_BINARY_DIR}/generated/changelog @ONLY)
add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/generated/changelog.gz
    COMMAND gzip -9 -n -k -f ${PROJECT_BINARY_DIR}/generated/changelog
    DEPENDS ${PROJECT_BINARY_DIR}/generated/changelog
    VERBATIM)
add_custom_target(wsspec_changelog DEPENDS ${PROJECT_BINARY_DIR}/generated/changelog.gz)
add_dependencies(wsspec wsspec_changelog)
# Whoever installs the development files alone builds that alone.
add_dependencies(wsspec_parser_fuzzer wsspec_changelog)

include(CPack)

# The same objects, linked to archives instead of shared libraries.
find_library(WSSPEC_SSL_ARCHIVE libssl.a)
find_library(WSSPEC_CRYPTO_ARCHIVE libcrypto.a)
find_library(WSSPEC_ZLIB_ARCHIVE libz.a)
set(archives ${WSSPEC_SSL_ARCHIVE} ${WSSPEC_CRYPTO_ARCHIVE} ${WSSPEC_ZLIB_ARCHIVE})
list(LENGTH archives count)
if(count EQUAL 3 AND NOT archives MATCHES "NOTFOUND" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT WSSPEC_SANITIZE)
    add_executable(wsspec_portable EXCLUDE_FROM_ALL runner/main.cpp cmake/fmt_archive.cpp)
    set_target_properties(wsspec_portable PROPERTIES
        OUTPUT_NAME wsspec RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/portable)
    add_dependencies(wsspec_portable wsspec)
    target_include_directories(wsspec_portable PRIVATE
        $<TARGET_PROPERTY:wsspec,INCLUDE_DIRECTORIES>)
    target_compile_definitions(wsspec_portable PRIVATE $<TARGET_PROPERTY:wsspec_net,INTERFACE_COMPILE_DEFINITIONS>)
    foreach(name runner fuzz reports cases net reference)
        list(APPEND own $<TARGET_FILE:wsspec_${name}>)
    endforeach()
    target_link_libraries(wsspec_portable PRIVATE wsspec::options
        -Wl,--start-group ${own} ${archives} -Wl,--end-group -static-libstdc++ -static-libgcc Threads::Threads)
    target_link_options(wsspec_portable PRIVATE -s -Wl,--gc-sections)
endif()

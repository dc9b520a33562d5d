# What `cmake --install` puts down for other projects: the libraries, their headers, and the CMake package `wsspec`
# (wsspec::reference, wsspec_add_parser_fuzzer, wsspec_add_conformance_test). `cmake --install build --component wsspec_development` installs these
# alone.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(WSSPEC_INSTALLED_HEADERS ${CMAKE_INSTALL_INCLUDEDIR}/wsspec)
set(WSSPEC_INSTALLED_PACKAGE ${CMAKE_INSTALL_LIBDIR}/cmake/wsspec)
set(WSSPEC_INSTALLED_FUZZER ${CMAKE_INSTALL_DATADIR}/wsspec/parser_fuzzer)

foreach(name reference cases fuzz parser_fuzzer)
    set_target_properties(wsspec_${name} PROPERTIES EXPORT_NAME ${name})
    # Includes are written from the project's top folder: "reference/endpoint.h".
    target_include_directories(wsspec_${name} INTERFACE $<INSTALL_INTERFACE:${WSSPEC_INSTALLED_HEADERS}>)
    target_compile_features(wsspec_${name} INTERFACE cxx_std_23)
    install(TARGETS wsspec_${name} EXPORT wsspec
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT wsspec_development)
endforeach()

foreach(folder reference cases fuzz fuzz/adapters)
    file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.h)
    list(FILTER headers EXCLUDE REGEX "_test\\.h$")
    install(FILES ${headers} DESTINATION ${WSSPEC_INSTALLED_HEADERS}/${folder} COMPONENT wsspec_development)
endforeach()

# The one header for those who know nothing of the rest, and what is compiled into their fuzzers.
install(FILES fuzz/adapters/wsspec_parser.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT wsspec_development)
install(FILES fuzz/adapters/fuzzer_entry.cpp fuzz/adapters/memory_meter.cpp fuzz/adapters/template/parser_adapter.c
    DESTINATION ${WSSPEC_INSTALLED_FUZZER} COMPONENT wsspec_development)

install(EXPORT wsspec FILE wsspecTargets.cmake NAMESPACE wsspec:: DESTINATION ${WSSPEC_INSTALLED_PACKAGE}
    COMPONENT wsspec_development)
configure_package_config_file(cmake/wsspecConfig.cmake.in ${PROJECT_BINARY_DIR}/generated/wsspecConfig.cmake
    INSTALL_DESTINATION ${WSSPEC_INSTALLED_PACKAGE}
    PATH_VARS WSSPEC_INSTALLED_FUZZER CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/wsspecConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/generated/wsspecConfig.cmake
    ${PROJECT_BINARY_DIR}/generated/wsspecConfigVersion.cmake cmake/parser_fuzzer.cmake cmake/conformance_test.cmake
    DESTINATION ${WSSPEC_INSTALLED_PACKAGE} COMPONENT wsspec_development)

# pkg-config finds the prefix from where its file is, so that an unpacked archive works anywhere.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${CMAKE_INSTALL_FULL_DATADIR}/pkgconfig
    OUTPUT_VARIABLE WSSPEC_PREFIX_OF_PC)
configure_file(cmake/wsspec.pc.in ${PROJECT_BINARY_DIR}/generated/wsspec.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/generated/wsspec.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig
    COMPONENT wsspec_development)

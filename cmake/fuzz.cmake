# One libFuzzer executable for each fuzz/*_fuzzer.cpp; the other sources in fuzz/ are shared by all of them.

if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "WSSPEC_FUZZ needs clang: use the preset `fuzz`")
endif()

add_custom_target(fuzzers)
file(GLOB shared CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/fuzz/*.cpp)
set(fuzzers ${shared})
list(FILTER fuzzers INCLUDE REGEX "_fuzzer\\.cpp$")
list(FILTER shared EXCLUDE REGEX "_(fuzzer|test|bench)\\.cpp$")

foreach(source IN LISTS fuzzers)
    cmake_path(GET source STEM name)
    add_executable(${name} ${source} ${shared})
    target_link_libraries(${name} PRIVATE wsspec::cases wsspec::reference wsspec::options)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers ${name})
endforeach()

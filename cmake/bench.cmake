# reference_bench measures reference/ beside the implementations that people use: wslay and Boost.Beast.

find_package(benchmark 1.7 REQUIRED)
find_path(WSLAY_INCLUDE_DIR wslay/wslay.h REQUIRED)
find_library(WSLAY_LIBRARY wslay REQUIRED)

file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/reference/*_bench.cpp)
if(sources)
    add_executable(reference_bench ${sources})
    target_include_directories(reference_bench SYSTEM PRIVATE ${WSLAY_INCLUDE_DIR})
    target_link_libraries(reference_bench PRIVATE
        wsspec::reference wsspec::options benchmark::benchmark_main ${WSLAY_LIBRARY} Boost::headers Threads::Threads)
endif()

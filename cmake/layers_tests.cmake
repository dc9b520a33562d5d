# `layers` checks the real sources. The tests after it prove that the check can fail: each is the same one-file project
# with one forbidden line, and layers.allowed is the same without any, so a broken script cannot pass for a finding.

add_test(NAME layers COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -P ${PROJECT_SOURCE_DIR}/cmake/layers.cmake)
set_tests_properties(layers PROPERTIES LABELS layers TIMEOUT 120)

function(wsspec_layers_fixture name file)
    list(TRANSFORM ARGN PREPEND "#include ")
    list(JOIN ARGN "\n" text)
    set(root ${CMAKE_BINARY_DIR}/layers_fixtures/${name})
    file(CONFIGURE OUTPUT ${root}/${file} CONTENT "${text}\n")
    add_test(NAME layers.${name} COMMAND ${CMAKE_COMMAND} -DROOT=${root} -P ${PROJECT_SOURCE_DIR}/cmake/layers.cmake)
    set_tests_properties(layers.${name} PROPERTIES LABELS layers TIMEOUT 120)
endfunction()

wsspec_layers_fixture(allowed runner/file.cpp "<vector>" "\"fuzz/file.h\"" "\"reference/net/file.h\"" "\"reports/file.h\"" "<CLI/CLI.hpp>")
wsspec_layers_fixture(allowed_reference reference/file.cpp "<vector>" "\"reference/file.h\"" "<zlib.h>")
wsspec_layers_fixture(allowed_net reference/net/file.cpp "<chrono>" "\"reference/file.h\"" "<boost/asio.hpp>")
wsspec_layers_fixture(allowed_cases cases/file.cpp "<chrono>" "\"cases/file.h\"" "\"reference/file.h\"")
wsspec_layers_fixture(allowed_reports reports/file.cpp "\"cases/file.h\"" "<nlohmann/json.hpp>" "<fmt/format.h>")
wsspec_layers_fixture(allowed_fuzz fuzz/file.cpp "\"fuzz/file.h\"" "\"cases/file.h\"" "\"reference/file.h\"")
wsspec_layers_fixture(allowed_fuzzer fuzz/file_fuzzer.cpp "\"reports/file.h\"" "\"runner/file.h\"" "<boost/beast.hpp>")
wsspec_layers_fixture(allowed_bench reference/file_bench.cpp "\"reference/file.h\"" "<boost/beast.hpp>" "<chrono>")

set(planted
    "reference/file.h|<thread>" "reference/file.h|<chrono>" "reference/file.h|<sys/socket.h>"
    "reference/file.h|<boost/asio.hpp>" "reference/file.h|<fmt/format.h>" "reference/file.h|<nlohmann/json.hpp>"
    "reference/file.h|<CLI/CLI.hpp>" "reference/file.h|\"file2.h\"" "reference/file.h|\"../cases/file.h\""
    "reference/file.h|\"reference/../cases/file.h\"" "reference/file.h|<cases/other.h>"
    "reference/file.h|\"reference/net/file.h\"" "reference/file_bench.cpp|\"cases/file.h\""
    "reference/net/file.h|\"cases/file.h\"" "cases/file.cpp|\"reports/file.h\"" "cases/file.cpp|\"reference/net/file.h\""
    "reports/file.cpp|\"runner/file.h\"" "reports/file.cpp|\"reference/net/file.h\""
    "fuzz/file.cpp|\"reports/file.h\"" "fuzz/file.cpp|\"runner/file.h\"" "fuzz/file.cpp|<boost/asio.hpp>"
    "fuzz/file_test.cpp|\"reference/net/file.h\"" "cases/file.cpp|\"fuzz/file.h\"" "reference/file.h|\"fuzz/file.h\""
    "reports/file.cpp|\"fuzz/file.h\"")
foreach(plant IN LISTS planted)
    string(REPLACE "|" ";" plant "${plant}")
    list(GET plant 0 file)
    list(GET plant 1 include)
    string(MAKE_C_IDENTIFIER "${file}_${include}" name)
    string(REGEX REPLACE "__+" "_" name "${name}")
    wsspec_layers_fixture(forbidden.${name} ${file} "<vector>" "${include}")
    set_tests_properties(layers.forbidden.${name} PROPERTIES WILL_FAIL TRUE)
endforeach()

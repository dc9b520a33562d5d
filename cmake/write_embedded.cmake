# cmake -DNAMES=... -DFILES=... -DOUTPUT=... -P write_embedded.cmake

cmake_minimum_required(VERSION 3.25)

set(text "#include <string_view>\n\nnamespace wsspec::embedded {\n")
foreach(name file IN ZIP_LISTS NAMES FILES)
    # By octets: a raw string literal would need a delimiter that no file contains, and has a length limit.
    file(READ ${file} octets HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," octets "${octets}")
    string(APPEND text
        "static constexpr char ${name}_octets[] = {${octets}0};\n"
        "extern const std::string_view ${name};\n"
        "const std::string_view ${name}{${name}_octets, sizeof ${name}_octets - 1};\n")
endforeach()
file(WRITE ${OUTPUT} "${text}}  // namespace wsspec::embedded\n")

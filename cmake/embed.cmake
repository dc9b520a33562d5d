# Files become constants of a library, so that the program needs nothing beside itself.
#
# wsspec_embed(<library> NAMES <symbol>... FILES <file>...)
# For each symbol the text of the file at the same place, as wsspec::embedded::<symbol>. Made anew when a file changes.
# The folder's own header declares them:  extern const std::string_view <symbol>;

function(wsspec_embed library)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "NAMES;FILES")
    list(TRANSFORM arg_FILES PREPEND ${PROJECT_SOURCE_DIR}/)
    set(output ${CMAKE_BINARY_DIR}/generated/embedded_${library}.cpp)
    add_custom_command(
        OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} "-DNAMES=${arg_NAMES}" "-DFILES=${arg_FILES}" -DOUTPUT=${output}
            -P ${PROJECT_SOURCE_DIR}/cmake/write_embedded.cmake
        DEPENDS ${arg_FILES} ${PROJECT_SOURCE_DIR}/cmake/write_embedded.cmake
        COMMENT "Embedding the files of ${library}"
        VERBATIM)
    target_sources(wsspec_${library} PRIVATE ${output})
endfunction()

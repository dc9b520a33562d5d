# wsspec_add_conformance_test(NAME <name>
#     SERVER <command> | CLIENT <command> | URL <ws://…>
#     [ARGS <argument>...]        of the command: {port} for a server, {case_url} for a client
#     [CASES <glob>...]           default: all; one CTest for each group, or for each of these
#     [EXCLUDE <glob>...]
#     [PROFILE quick|standard|full]
#     [BASELINE <file>]           known verdicts: only what is worse fails
#     [STRICT]                    non-strict verdicts fail, too
#     [OPTIONS <option>...])      further options of `wsspec run`, or of `wsspec serve` for a client
#
# Adds the tests <name>.<group> with the label <name>; what fails is described in their output. Each starts the server,
# or the client for each case, by itself, so they may run side by side. `ctest -L <name>` runs them.
#
#     find_package(wsspec REQUIRED)
#     wsspec_add_conformance_test(NAME echo SERVER $<TARGET_FILE:my_server> ARGS {port})

include_guard(GLOBAL)

function(wsspec_add_conformance_test)
    cmake_parse_arguments(PARSE_ARGV 0 arg "STRICT" "NAME;SERVER;CLIENT;URL;PROFILE;BASELINE"
        "ARGS;CASES;EXCLUDE;OPTIONS")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME)
        message(FATAL_ERROR "wsspec_add_conformance_test: NAME is missing, or unknown: ${arg_UNPARSED_ARGUMENTS}")
    endif()
    set(targets "${arg_SERVER}" "${arg_CLIENT}" "${arg_URL}")
    list(REMOVE_ITEM targets "")
    list(LENGTH targets count)
    if(NOT count EQUAL 1)
        message(FATAL_ERROR "wsspec_add_conformance_test(${arg_NAME}): give one of SERVER, CLIENT and URL")
    endif()

    # Arguments come to the command as they are: --spawn is read by a shell.
    set(words "")
    foreach(word IN LISTS arg_SERVER arg_CLIENT arg_ARGS)
        string(REPLACE "'" "'\\''" word "${word}")
        list(APPEND words "'${word}'")
    endforeach()
    list(JOIN words " " spawn)

    if(arg_URL)
        set(command run ${arg_URL})
    elseif(arg_SERVER)
        set(command run --spawn "exec ${spawn}")
    else()
        set(command serve --agent ${arg_NAME} --spawn "exec ${spawn}")
    endif()
    foreach(glob IN LISTS arg_EXCLUDE)
        list(APPEND command --exclude ${glob})
    endforeach()
    if(arg_PROFILE)
        list(APPEND command --profile ${arg_PROFILE})
    endif()
    if(arg_BASELINE)
        cmake_path(ABSOLUTE_PATH arg_BASELINE)
        list(APPEND command --baseline ${arg_BASELINE})
    endif()
    if(arg_STRICT)
        list(APPEND command --strict)
    endif()

    set(parts ${arg_CASES})
    if(NOT parts)
        execute_process(COMMAND ${WSSPEC_PROGRAM} list --groups OUTPUT_VARIABLE groups COMMAND_ERROR_IS_FATAL ANY)
        string(REGEX MATCHALL "[^\n]+" groups "${groups}")
        foreach(group IN LISTS groups)
            string(REGEX REPLACE "\t.*" "" group "${group}")
            if(NOT group IN_LIST arg_EXCLUDE)
                list(APPEND parts ${group})
            endif()
        endforeach()
    endif()
    foreach(part IN LISTS parts)
        add_test(NAME ${arg_NAME}.${part} COMMAND ${WSSPEC_PROGRAM} ${command} --case ${part} ${arg_OPTIONS})
        set_tests_properties(${arg_NAME}.${part} PROPERTIES LABELS ${arg_NAME} TIMEOUT 1500)
    endforeach()
endfunction()

# Manual pages and shell completions: the program writes them itself, from its one table of options, whenever it is
# linked.

set(documentation ${CMAKE_BINARY_DIR}/documentation)
add_custom_command(TARGET wsspec POST_BUILD
    COMMAND wsspec generate ${documentation}
    COMMAND sh -c "gzip -9 -n -k -f '${documentation}/man/'*.1"
    VERBATIM)

include(GNUInstallDirs)
install(DIRECTORY ${documentation}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1.gz")
install(DIRECTORY ${documentation}/bash/ DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(DIRECTORY ${documentation}/zsh/ DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(DIRECTORY ${documentation}/fish/ DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

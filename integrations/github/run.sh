#!/usr/bin/env bash
# What the action does. action.yml passes its inputs as WSSPEC_…; GITHUB_… and RUNNER_TEMP are the service's own.
# WSSPEC_PROGRAM names a program that is there already.
set -euo pipefail

die() {
    printf '::error title=wsspec::%s\n' "$*"
    exit 2
}

# Prints the path of a wsspec.
program() {
    local version=${WSSPEC_VERSION:-} architecture name folder
    if [[ -n ${WSSPEC_PROGRAM:-} ]]; then
        echo "$WSSPEC_PROGRAM"
        return
    fi
    if [[ -z $version && ${WSSPEC_REFERENCE:-} =~ ^v([0-9]+\.[0-9]+\.[0-9]+.*)$ ]]; then
        version=${BASH_REMATCH[1]}
    fi
    if [[ -z $version || $version == source ]]; then
        "$GITHUB_ACTION_PATH/dev" build >&2 || return 1
        echo "$GITHUB_ACTION_PATH/build/bin/wsspec"
        return
    fi
    architecture=$(uname -m)
    name=wsspec-${version#v}-linux-$architecture
    folder=$RUNNER_TEMP/wsspec-program
    mkdir -p "$folder"
    curl --fail --silent --show-error --location --retry 3 \
        "$GITHUB_SERVER_URL/$WSSPEC_REPOSITORY/releases/download/v${version#v}/$name.tar.gz" |
        tar -xz -C "$folder" >&2 || return 1
    echo "$folder/$name/bin/wsspec"
}

[[ -n ${WSSPEC_URL:-}${WSSPEC_SPAWN:-} ]] || die "give a url, or a command to spawn"
case ${WSSPEC_ROLE:-server} in
    server) arguments=(run) ;;
    client) arguments=(serve) ;;
    *) die "role is server or client, not $WSSPEC_ROLE" ;;
esac

wsspec=$(program) || die "there is no wsspec ${WSSPEC_VERSION:-} for $(uname -m)"
reports=$RUNNER_TEMP/wsspec
mkdir -p "$reports"

if [[ -n ${WSSPEC_URL:-} ]]; then
    [[ ${arguments[0]} == run ]] || die "a client has no url: it is given ours"
    arguments+=("$WSSPEC_URL")
fi
[[ -z ${WSSPEC_SPAWN:-} ]] || arguments+=(--spawn "$WSSPEC_SPAWN")
read -ra cases <<<"${WSSPEC_CASES:-}"
for glob in "${cases[@]}"; do arguments+=(--case "$glob"); done
read -ra excluded <<<"${WSSPEC_EXCLUDE:-}"
for glob in "${excluded[@]}"; do arguments+=(--exclude "$glob"); done
[[ -z ${WSSPEC_PROFILE:-} ]] || arguments+=(--profile "$WSSPEC_PROFILE")
[[ -z ${WSSPEC_BASELINE:-} ]] || arguments+=(--baseline "$WSSPEC_BASELINE")
[[ ${WSSPEC_STRICT:-false} != true ]] || arguments+=(--strict)
# As a shell reads them, quotes included, but nothing is expanded or run.
if [[ -n ${WSSPEC_ARGS:-} ]]; then
    mapfile -t more < <(xargs -n 1 printf '%s\n' <<<"$WSSPEC_ARGS")
    arguments+=("${more[@]}")
fi
arguments+=(--github --json "$reports/result.json" --html "$reports/report.html" --junit "$reports/junit.xml")

status=0
"$wsspec" "${arguments[@]}" || status=$?
{
    echo "status=$status"
    echo "reports=$reports"
} >>"$GITHUB_OUTPUT"
exit "$status"

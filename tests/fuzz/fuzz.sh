#!/bin/sh
# fuzz.sh MINUTES [TARGET...] - every fuzz target for so long, two at a time; build/fuzz holds them. Begins with the seeds and mails in the tree and with the
# public mails and questions in ../shared where they are; a run of more than a minute goes on from what such runs before it kept (build/fuzz/corpus).
# Prints a line for each; fails when one found something, which then lies in build/fuzz/found.
set -eu
minutes=$1
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build/fuzz
mkdir -p "$build/corpus" "$build/found" "$build/log"

seeds_of() {
    echo "$root/tests/fuzz/seeds/$1"
    case $1 in
    config | command | import) return ;;
    esac
    for mails in tests/unit/mail/fixtures ../shared/mail ../shared/questions/mails; do
        [ ! -d "$root/$mails" ] || echo "$root/$mails"
    done
}

run_target() {
    target=$1
    corpus=$build/corpus/$target seed=0
    # The stage of a minute tries the same inputs each time: what it finds then came with a change.
    [ "$minutes" -gt 1 ] || { corpus=$build/minute/$target seed=1; }
    rm -rf "$build/minute/$target"
    mkdir -p "$corpus"
    # shellcheck disable=SC2046 # a list
    nice -n 15 "$build/bin/fuzz-$target" -seed=$seed -max_total_time=$((minutes * 60)) -timeout=25 -rss_limit_mb=2500 -max_len=8192 -close_fd_mask=1 \
        -artifact_prefix="$build/found/$target-" "$corpus" $(seeds_of "$target") >"$build/log/$target" 2>&1 && found=no || found=YES
    awk -v target="$target" -v found="$found" '
        /cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1); runs = substr($1, 2) }
        END { printf "%-10s %10d inputs, %6d edges, found something: %s\n", target, runs, cov, found }' "$build/log/$target"
    [ $found = no ] || { grep -E 'does not hold|ERROR|runtime error|Test unit|SUMMARY' "$build/log/$target"; exit 1; }
}

if [ "${1:-}" = --one ]; then
    run_target "$2"
else
    [ $# -gt 0 ] || set -- $(cd "$root/tests/fuzz/seeds" && ls)
    printf '%s\n' "$@" | xargs -n 1 -P 2 "$0" "$minutes" --one
fi

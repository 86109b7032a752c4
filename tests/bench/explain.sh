#!/bin/sh
# explain.sh BIN [FOLDER] - how long a mail takes to be understood and answered, with all official files of FOLDER/data imported and the mails of
# FOLDER/questions/mails. FOLDER: ../shared beside the project when not given.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
folder=${2:-$here/../../../shared}
dir=$(mktemp -d /tmp/codingdesk-bench.XXXXXX)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' HUP INT PIPE TERM
[ -d "$folder/questions/mails" ] || { echo "explain.sh: $folder has no questions/mails: name a folder that has data/ and questions/" >&2 && exit 2; }

cp "$bin/../share/codingdesk/kb.sqlite" "$dir/kb.sqlite" && chmod u+w "$dir/kb.sqlite"
while read -r kind file first; do
    # shellcheck disable=SC2086 # two words or none
    "$bin/codingdesk" --kb "$dir/kb.sqlite" kb import --json ${first:+--effective $first} "$kind" "$folder/data/$file" >"$dir/out" || {
        cat "$dir/out" >&2 && exit 1
    }
done <"$here/official_files"
"$bin/bench-explain" "$dir/kb.sqlite" "$bin/codingdesk" "$folder"/questions/mails/*.eml

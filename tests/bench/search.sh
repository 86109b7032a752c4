#!/bin/sh
# search.sh BIN [FOLDER] - how well and how fast words find their code. A new knowledge base of the seed data and the official ICD-10-CM,
# ICD-10-PCS and HCPCS files of FOLDER/data, then one with the index and the inclusion terms of ICD-10-CM, too; FOLDER/questions has the queries
# and the scorer. FOLDER: ../shared beside the project when not given. Prints a line of figures for ours and for SQLite's bm25 alone, with and
# without the system of the wanted code given; then times.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
folder=${2:-$here/../../../shared}
dir=$(mktemp -d /tmp/codingdesk-bench.XXXXXX)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' HUP INT PIPE TERM
queries=$folder/questions/keywords.jsonl
[ -f "$queries" ] || { echo "search.sh: $queries is missing: name a folder that has data/ and questions/" >&2 && exit 2; }

import() { # file, options: into the knowledge base $kb
    file=$folder/data/$1 && shift
    "$bin/codingdesk" --kb "$kb" kb import --json "$@" "$file" >"$dir/out" || { cat "$dir/out" >&2 && exit 1; }
}

build() {
    kb=$dir/words.sqlite
    cp "$bin/../share/codingdesk/kb.sqlite" "$kb" && chmod u+w "$kb"
    import icd10cm/icd10cm_order_2026.txt.gz
    import icd10pcs/icd10pcs_order_2026.txt.gz
    import hcpcs/HCPC2025_OCT_ANWEB.derived.csv.gz --effective 2025-10-01
    kb=$dir/index.sqlite
    cp "$dir/words.sqlite" "$kb"
    import icd10cm/icd10cm_tabular_2021.xml.gz
    import icd10cm/icd10cm_index_2017.xml.gz
}

# Neither the split nor the system is given away.
split_queries() {
    python3 - "$queries" "$dir" <<'END'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
groups = {"all": lines}
for line in lines:
    groups.setdefault(line["system"], []).append(line)
for name, group in groups.items():
    with open("%s/%s.jsonl" % (sys.argv[2], name), "w", encoding="utf-8") as out:
        for line in group:
            out.write(json.dumps({"id": line["id"], "query": line["query"]}) + "\n")
END
}

figures() { # title, predictions
    python3 "$folder/questions/score.py" "$2" | awk -v title="$1" '/== keywords/ { on = 1; next } /^==/ { on = 0 } on { sub(/^ +/, ""); print title ": " $0 }'
}

ours() { "$bin/codingdesk" --kb "$1" search --date 2026-06-01 --batch "$2" ${3:+--system "$3"}; }
plain() { "$bin/bench-search" bm25 "$1" "$2" ${3:+"$3"} 2>"$dir/times" || { cat "$dir/times" >&2 && exit 1; }; }

# by_system FUNCTION KB: each query with its system
by_system() {
    for system in CPT HCPCS ICD10CM; do [ ! -f "$dir/$system.jsonl" ] || "$1" "$2" "$dir/$system.jsonl" $system; done
}

build
split_queries
for kb in words index; do
    for how in ours plain; do
        $how "$dir/$kb.sqlite" "$dir/all.jsonl" >"$dir/found"
        figures "$kb, $how" "$dir/found"
        by_system $how "$dir/$kb.sqlite" >"$dir/found"
        figures "$kb, $how, system given" "$dir/found"
    done
done
cat "$dir/times"
for kb in words index; do
    echo "$kb:"
    "$bin/bench-search" times "$dir/$kb.sqlite" "$dir/all.jsonl"
done

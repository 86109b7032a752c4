#!/bin/sh
# kb.sh BIN [FOLDER] - the official files of FOLDER (../shared/data beside the project when not given) into a new knowledge base, one import
# after the other, then all in one; then single questions to it. One JSON object a line: seconds, the seconds that merely unpacking the
# file takes, their ratio, and the peak of memory.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
folder=${2:-$here/../../../shared/data}
dir=$(mktemp -d /tmp/codingdesk-bench.XXXXXX)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' HUP INT PIPE TERM
[ -d "$folder" ] || { echo "kb.sh: $folder is no folder: name one with official files" >&2 && exit 2; }

# kind, file, first day where the file does not say it
files() {
    cat <<END
icd10cm-order icd10cm/icd10cm_order_2025.txt.gz
icd10cm-order icd10cm/icd10cm_order_2026.txt.gz
icd10pcs-order icd10pcs/icd10pcs_order_2025.txt.gz
icd10pcs-order icd10pcs/icd10pcs_order_2026.txt.gz
icd10cm-tabular icd10cm/icd10cm_tabular_2021.xml.gz
icd10cm-index icd10cm/icd10cm_index_2017.xml.gz
icd10cm-index icd10cm/icd10cm_eindex_2026-04.xml.gz
icd10cm-index icd10cm/icd10cm_neoplasm_2026-04.xml.gz
icd10cm-index icd10cm/icd10cm_drug_2026-04.xml.gz
hcpcs hcpcs/HCPC2020_ANWEB_w_disclaimer.txt.gz 2020-01-01
hcpcs hcpcs/HCPC2024_OCT_ANWEB.reconstructed.txt.gz 2024-10-01
hcpcs hcpcs/HCPC2025_OCT_ANWEB.derived.csv.gz 2025-10-01
nucc nucc/nucc_taxonomy_251.csv.gz
pos pos/cms_place_of_service.derived.csv 2024-08-01
rbcs rbcs/RBCS_codes-to-2022-10.derived.csv.gz 2022-10-01
opps opps/addendum_b_2026-04.nodesc.csv.gz 2026-04-01
rvu rvu/PPRRVU2025_Oct.nodesc.csv.gz
rvu rvu/PPRRVU2026_Jul_nonQPP.excerpt.nodesc.csv
gpci rvu/GPCI2026.csv
add-on ncci/AOC_2024.derived.csv 2024-01-01
mue ncci/MUE_prac_2024-07-01.derived.csv 2024-07-01
ptp ncci/ccipra-2024q3.active.reconstructed.txt.gz 2024-07-01
END
}

seconds() { awk '{ print $1 }'; }

import() { # kind, file, first day or nothing: an import of its own
    plain=$("$bin/bench-measure" sh -c "case '$2' in *.gz) zcat '$2' ;; *) cat '$2' ;; esac >/dev/null" | seconds)
    # shellcheck disable=SC2086 # two words or none
    "$bin/bench-measure" "$bin/codingdesk" --kb "$dir/kb.sqlite" kb import --json ${3:+--effective $3} "$1" "$2" >"$dir/out" || {
        cat "$dir/out" >&2 && exit 1
    }
    rows=$(sed -n 's/.*"rows": \([0-9]*\).*/\1/p' "$dir/out" | head -n 1)
    rejected=$(sed -n 's/.*"rejected": \([0-9]*\).*/\1/p' "$dir/out" | head -n 1)
    tail -n 1 "$dir/out" | awk -v kind="$1" -v file="${2##*/}" -v rows="$rows" -v rejected="$rejected" -v plain="$plain" '{
        printf "{\"what\": \"import\", \"kind\": \"%s\", \"file\": \"%s\", \"rows\": %d, \"rejected\": %d, \"seconds\": %.2f, ", kind, file, rows, rejected, $1
        printf "\"unpacking\": %.2f, \"ratio\": %.1f, \"peak_mib\": %.1f}\n", plain, (plain > 0 ? $1 / plain : 0), $3 / 1024 }'
}

begin=$(date +%s.%N)
files | while read -r kind file first; do import "$kind" "$folder/$file" "$first"; done
end=$(date +%s.%N)
awk -v a="$begin" -v b="$end" 'BEGIN { printf "{\"what\": \"all imports, one by one\", \"seconds\": %.1f}\n", b - a }'
printf '{"what": "file", "mib": %s}\n' "$(du -k "$dir/kb.sqlite" | awk '{ printf "%.1f", $1 / 1024 }')"
"$bin/bench-kb" "$dir/kb.sqlite"

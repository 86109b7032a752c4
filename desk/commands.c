#include "desk/command.h"

#define JSON_OPTION {"--json", NULL, "print JSON, one object a line"}
#define DATE_OPTION {"--date", "D", "the day, YYYY-MM-DD; today when not given"}

const struct option global_options[] = {
    {"--config", "FILE", "configuration file; most commands need none"},
    {"--kb", "FILE", "knowledge base; else the configuration's, else the one beside the program"},
    {"--journal", "FILE", "journal; else the configuration's, else journal.sqlite in $STATE_DIRECTORY or /var/lib/codingdesk"},
    {NULL, NULL, NULL},
};

const struct command commands[] = {
    {"explain", "FILE.eml...", "the whole way of a mail, dry: decision, question, answer, reply; sends and writes nothing; - is stdin",
     1, 0, {JSON_OPTION, {"--address", "A", "the desk's own address; the configuration's when not given"}, DATE_OPTION}, explain_run},
    {"ask", "TEXT...", "the answer to a question", 1, 0, {JSON_OPTION, DATE_OPTION}, ask_run},
    {"chat", "", "a conversation: one question a line, and the next may go on from it (\"and its modifiers?\"); /help lists its commands",
     0, 0, {JSON_OPTION, DATE_OPTION,
      {"--no-history", NULL, "do not keep the questions in $XDG_STATE_HOME/codingdesk/history, nor read those kept; from a pipe none are"}},
     chat_run},
    {"lookup", "[SYSTEM] CODE...", "codes with all that is known of them on a day: 20693, S82.251A, 20693-59, POS 11, modifier 59",
     1, 0, {JSON_OPTION, DATE_OPTION, {"--system", "S", "CPT, HCPCS, ICD10CM, ICD10PCS, MOD, DRG, REV, POS or NUCC"},
      {"--locality", "L", "amounts for this Medicare locality, too: 99912-05, a number, or words of its name"}}, lookup_run},
    {"check", "CODE...", "codes as one claim, and what speaks against it: 99213-25 or 99213 25, units 20690-59x2 or 20690 x2, diagnoses S82.251A, DOS 2026-03-01 or\n"
     "3/1/2026 (one a check), POS 11; - is stdin; exit 0: no error, 1: an error found, 2: not read",
     1, 0, {JSON_OPTION, DATE_OPTION}, check_run},
    {"search", "WORDS...", "codes for words, best first", 0, 0,
     {JSON_OPTION, DATE_OPTION, {"--system", "S,...", "only codes of these: CPT, HCPCS, ICD10CM, ICD10PCS, MOD, DRG, REV, POS or NUCC"},
      {"--limit", "N", "how many codes; 10 when not given"},
      {"--batch", "FILE", "JSON lines {\"id\", \"query\"} in, {\"id\", \"results\"} out; - is stdin"}}, search_run},
    {"history list", "", "answered and unanswered mails, newest first", 0, 0,
     {JSON_OPTION, {"--asker", "A", "only from this address"}, {"--code", "C", "only about this code"},
      {"--step", "S", "only in this step: FOUND, READ, SENDING, SENT, FILED, HELD"},
      {"--limit", "N", "how many; 50 when not given"}, {"--before", "ID", "only older than this one"}}, history_list_run},
    {"history show", "ID", "one exchange with its steps and its reply", 1, 1, {JSON_OPTION}, history_show_run},
    {"kb import", "[KIND] FILE...",
     "official files into the knowledge base that --kb names; plain, gz or zip; the kind is recognised when not given", 0, 0,
     {JSON_OPTION, {"--kinds", NULL, "list the kinds of files"},
      {"--effective", "D", "the first day of the edition, where the file does not say it"},
      {"--extract", NULL, "the file is a part of its set: what it does not hold stays"},
      {"--whole", NULL, "the file is its whole set: what it does not hold has gone"}}, kb_import_run},
    {"kb verify", "", "does the knowledge base agree with itself? 1 when it does not", 0, 0, {JSON_OPTION}, kb_verify_run},
    {"kb diff", "OLD NEW", "the codes that were added, gone, retitled or flipped between two knowledge bases or two editions (FY2025 FY2026)",
     2, 2,
     {JSON_OPTION, DATE_OPTION, {"--system", "S", "only this system's codes"}, {"--summary", NULL, "counts for each family only"}},
     kb_diff_run},
    {"kb status", "", "the editions that are loaded", 0, 0, {JSON_OPTION}, kb_status_run},
    {"login", "[PROVIDER]",
     "let this program into the mailbox that --config names: microsoft, google or custom, as oauth.provider has it; then tries the logins",
     0, 1, {JSON_OPTION, {"--status", NULL, "log in to nothing: what tokens are there, and whether the servers take them"}}, login_run},
    {NULL, NULL, NULL, 0, 0, {{NULL, NULL, NULL}}, NULL},
};

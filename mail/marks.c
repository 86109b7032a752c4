#include "mail/marks.h"

#include "mail/phrases.h"

enum { ATTRIBUTION_BYTES = 400, ATTRIBUTION_LINES = 4, SIGN_OFF_BYTES = 40, BLOCK_FIELDS = 3 };

static struct span without_bold(struct span line) {
    while (line.len && (line.ptr[0] == '*' || line.ptr[0] == '_'))
        line = span_slice(line, 1, line.len);
    return line;
}

static bool has_digit(struct span line) {
    for (size_t i = 0; i < line.len; i++)
        if (char_is_digit(line.ptr[i]))
            return true;
    return false;
}

/* "wrote:" as it ends an attribution, also with the writer behind the verb ("schrieb Jane Doe <...>:"). */
static bool ends_attribution(struct span line) {
    static const char *const verbs[] = {"wrote",   "writes", "schrieb", "a écrit", "escribió",  "ha scritto", "escreveu",
                                        "schreef", "skrev",  "napisał", "napsal",  "kirjoitti", "пишет",      "написал",
                                        "írta",    "yazdı",  "a scris", "写道",    "寫道",      "のメール",   "작성"};
    static const char *const ends[] = {":", "：", ":*"};
    return phrase_ends(line, PHRASES(ends)) && phrase_within(line, PHRASES(verbs));
}

static bool begins_attribution(struct span line) {
    static const char *const starts[] = {"On ",     "Am ",   "Le ",  "El ",      "Il ",         "Em ",        "Op ", "Den ",
                                         "W dniu ", "Dnia ", "Dne ", "På ",      "Ter ",        "Il giorno ", "Em ", "În ",
                                         "Pada ",   "Vào ",  "De: ", "Quoting ", "In article ", "In message "};
    return phrase_starts(line, PHRASES(starts));
}

size_t marks_attribution(const struct span *lines, size_t count) {
    size_t bytes = 0;
    bool digit = false, address = false, opens = begins_attribution(without_bold(lines[0]));
    if (!opens && !ends_attribution(lines[0]))
        return 0;
    for (size_t i = 0; i < count && i < ATTRIBUTION_LINES && lines[i].len; i++) {
        bytes += lines[i].len;
        digit |= has_digit(lines[i]);
        address |= span_find_char(lines[i], '@') != SPAN_NONE;
        if (bytes > ATTRIBUTION_BYTES || span_find_char(lines[i], '?') != SPAN_NONE)
            return 0;
        if (ends_attribution(lines[i]))
            return (opens && digit) || address ? i + 1 : 0;
    }
    return 0;
}

/* "From: x", "*Von:* x" -> its name is one of those. */
static bool is_field(struct span line, const char *const *names, size_t count) {
    line = without_bold(line);
    size_t colon = span_find_char(span_slice(line, 0, SIGN_OFF_BYTES), ':');
    if (colon == SPAN_NONE)
        return false;
    struct span name = span_trim(span_slice(line, 0, colon));
    while (name.len && name.ptr[name.len - 1] == '*')
        name.len--;
    return phrase_is(name, names, count);
}

static const char *const block_fields[] = {
    "Sent",    "Date",      "To",         "Cc",      "Subject",    "Reply-To",   "Gesendet", "Datum",      "An",
    "Betreff", "Envoyé",    "Envoyé le",  "À",       "Objet",      "Date",       "Enviado",  "Enviado el", "Fecha",
    "Para",    "Asunto",    "Enviada em", "Assunto", "Data",       "Inviato",    "A",        "Oggetto",    "Verzonden",
    "Aan",     "Onderwerp", "Skickat",    "Till",    "Ämne",       "Sendt",      "Til",      "Emne",       "Wysłano",
    "Do",      "Temat",     "Lähetetty",  "Aihe",    "Отправлено", "Кому",       "Тема",     "发送时间",   "收件人",
    "主题",    "送信日時",  "宛先",       "件名",    "Importance", "Attachments"};

size_t marks_header_block(const struct span *lines, size_t count) {
    static const char *const from[] = {"From", "Von",       "De", "Da",       "Van",    "Från",  "Fra",
                                       "Od",   "Lähettäjä", "От", "Gönderen", "发件人", "差出人"};
    size_t fields = 1, used = 1;
    if (!is_field(lines[0], PHRASES(from)))
        return 0;
    for (size_t i = 1; i < count; i++) {
        if (is_field(lines[i], PHRASES(block_fields))) {
            fields++;
            used = i + 1;
        } else if (lines[i].len == 0 && fields >= BLOCK_FIELDS) {
            break;
        }
    }
    return fields >= BLOCK_FIELDS ? used : 0;
}

static const char *const separators[] = {"Original Message",
                                         "Original Appointment",
                                         "Forwarded message",
                                         "Ursprüngliche Nachricht",
                                         "Weitergeleitete Nachricht",
                                         "Message d'origine",
                                         "Message transféré",
                                         "Mensaje original",
                                         "Mensaje reenviado",
                                         "Messaggio originale",
                                         "Messaggio inoltrato",
                                         "Mensagem original",
                                         "Mensagem encaminhada",
                                         "Oorspronkelijk bericht",
                                         "Doorgestuurd bericht",
                                         "Ursprungligt meddelande",
                                         "Original meddelelse",
                                         "Oprindelig meddelelse",
                                         "Wiadomość oryginalna",
                                         "Исходное сообщение",
                                         "Пересылаемое сообщение",
                                         "Reply message",
                                         "Forwarded by",
                                         "原始邮件",
                                         "転送メッセージ"};

bool marks_separator(struct span line) {
    static const char *const whole[] = {
        "Begin forwarded message:",    "Anfang der weitergeleiteten Nachricht:", "Début du message réexpédié :",
        "Inizio messaggio inoltrato:", "Inicio del mensaje reenviado:",          "Start of forwarded message"};
    line = without_bold(line);
    if (phrase_starts(line, PHRASES(whole)))
        return true;
    return line.len < 100 && span_starts(line, SPAN("--")) && phrase_within(line, PHRASES(separators));
}

bool marks_rule(struct span line) {
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] != '_' && line.ptr[i] != '-')
            return false;
    return line.len >= 10;
}

static size_t words_in(struct span line) {
    size_t words = 0;
    for (size_t i = 0; i < line.len; i++)
        words += line.ptr[i] != ' ' && (i == 0 || line.ptr[i - 1] == ' ');
    return words;
}

/* Few words and no comma: "Sent from my desk, which is ..." is a sentence. */
bool marks_device(struct span line) {
    static const char *const starts[] = {
        "Sent from my ",    "Sent from Mail for", "Sent from Outlook", "Sent from Yahoo", "Sent from Samsung", "Sent via ",
        "Sent with ",       "Sent by mobile",     "Get Outlook for ",  "Von meinem ",     "Gesendet von ",     "Envoyé de mon ",
        "Envoyé depuis ",   "Enviado desde mi ",  "Enviado do meu ",   "Enviado de mi ",  "Inviato da ",       "Verzonden vanaf ",
        "Skickat från min", "Wysłane z ",         "Отправлено с ",     "从我的",          "iPhoneから送信"};
    return words_in(line) <= 9 && span_find_char(line, ',') == SPAN_NONE && phrase_starts(without_bold(line), PHRASES(starts));
}

static const char *const disclaimer_openings[] = {"This e-mail",
                                                  "This email",
                                                  "This message",
                                                  "This communication",
                                                  "This electronic",
                                                  "This transmission",
                                                  "The information contained in this",
                                                  "The information in this",
                                                  "The information transmitted",
                                                  "The contents of this",
                                                  "If you are not the intended",
                                                  "If you have received this",
                                                  "Please consider the environment",
                                                  "Diese E-Mail",
                                                  "Ce message",
                                                  "Este mensaje",
                                                  "Este correo"};

bool marks_disclaimer(struct span line) {
    static const char *const starts[] = {"CONFIDENTIAL:", "CONFIDENTIALITY", "*CONFIDENTIAL",       "PRIVILEGED",
                                         "DISCLAIMER",    "NOTICE:",         "NOTICE TO RECIPIENT", "IMPORTANT NOTICE",
                                         "IMPORTANT:",    "HIPAA NOTICE",    "LEGAL NOTICE"};
    static const char *const claims[] = {"confidential", "privileged",  "intended",     "protected health", "disclos",    "recipient",
                                         "in error",     "vertraulich", "confidentiel", "confidencial",     "environment"};
    struct span plain = without_bold(line);
    if (phrase_starts(plain, PHRASES(starts)))
        return true;
    return phrase_starts(plain, PHRASES(disclaimer_openings)) && phrase_within(plain, PHRASES(claims));
}

static struct span without_end_marks(struct span line) {
    while (line.len && (line.ptr[line.len - 1] == ',' || line.ptr[line.len - 1] == '.' || line.ptr[line.len - 1] == '!' ||
                        line.ptr[line.len - 1] == '-' || line.ptr[line.len - 1] == ' '))
        line.len--;
    return line;
}

static const char *const sign_offs[] = {"regards",
                                        "best regards",
                                        "kind regards",
                                        "kindest regards",
                                        "warm regards",
                                        "warmest regards",
                                        "with regards",
                                        "with kind regards",
                                        "with best regards",
                                        "many thanks and regards",
                                        "thanks and regards",
                                        "thanks & regards",
                                        "best",
                                        "all the best",
                                        "best wishes",
                                        "cheers",
                                        "sincerely",
                                        "sincerely yours",
                                        "yours sincerely",
                                        "yours truly",
                                        "yours faithfully",
                                        "yours",
                                        "respectfully",
                                        "respectfully yours",
                                        "cordially",
                                        "warmly",
                                        "thank you",
                                        "thanks",
                                        "many thanks",
                                        "thanks a lot",
                                        "thank you very much",
                                        "thanks so much",
                                        "thanks in advance",
                                        "thank you in advance",
                                        "thanks again",
                                        "with thanks",
                                        "thx",
                                        "tia",
                                        "take care",
                                        "br",
                                        "kr",
                                        "rgds",
                                        "mit freundlichen grüßen",
                                        "mit freundlichen gruessen",
                                        "freundliche grüße",
                                        "viele grüße",
                                        "beste grüße",
                                        "liebe grüße",
                                        "mfg",
                                        "lg",
                                        "cordialement",
                                        "bien cordialement",
                                        "bien à vous",
                                        "salutations",
                                        "saludos",
                                        "saludos cordiales",
                                        "un saludo",
                                        "atentamente",
                                        "gracias",
                                        "gracias de antemano",
                                        "muchas gracias",
                                        "cordiali saluti",
                                        "distinti saluti",
                                        "saluti",
                                        "grazie",
                                        "atenciosamente",
                                        "obrigado",
                                        "met vriendelijke groet",
                                        "groeten",
                                        "med vänliga hälsningar",
                                        "mvh",
                                        "z poważaniem",
                                        "с уважением"};

bool marks_sign_off(struct span line) {
    line = without_end_marks(line);
    if (line.len > SIGN_OFF_BYTES)
        return false;
    return phrase_is(line, PHRASES(sign_offs));
}

/* Ten digits or more, grouped as telephone numbers are. */
static bool has_telephone(struct span line) {
    size_t digits = 0, groups = 0;
    for (size_t i = 0; i < line.len; i++) {
        bool digit = char_is_digit(line.ptr[i]);
        groups += digit && (i == 0 || !char_is_digit(line.ptr[i - 1]));
        digits = digit ? digits + 1 : char_is_alpha(line.ptr[i]) ? 0 : digits;
        groups = char_is_alpha(line.ptr[i]) ? 0 : groups;
        if (digits == 10 && groups >= 3)
            return true;
    }
    return false;
}

/* As written: "St" is a street, "st" is not. */
static bool is_word(struct span word, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (span_equal(word, span_of(words[i])))
            return true;
    return false;
}

/* "Beltsville MD 20705" or "MD 20910-3318": the end of an American address. */
static bool has_zip_code(struct span line) {
    static const char *const states[] = {"AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID",
                                         "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO",
                                         "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA",
                                         "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY"};
    struct span word, before = {"", 0}, city = {"", 0};
    while (span_cut(&line, ' ', &word)) {
        struct span digits = span_slice(word, 0, 5);
        long number;
        bool ends = word.len == 5 || (word.len > 5 && !char_is_alnum(word.ptr[5]));
        if (ends && digits.len == 5 && span_to_long(digits, 0, 99999, &number) && city.len && is_word(before, PHRASES(states)))
            return true;
        city = before;
        before = word;
    }
    return false;
}

/* "11721 Shore Rd", "64615 Rte 9": a number, some words, and what a street is called. */
static bool has_street(struct span line) {
    static const char *const streets[] = {"St",  "Street", "Rd",  "Road",    "Ave",  "Avenue", "Blvd", "Dr",    "Drive", "Ln", "Lane",
                                          "Rte", "Route",  "Hwy", "Highway", "Pkwy", "Plaza",  "Ct",   "Suite", "Ste",   "Sq", "Pike"};
    enum { FAR = 5 };
    struct span word;
    size_t since_number = FAR;
    while (span_cut(&line, ' ', &word)) {
        word = without_end_marks(word);
        bool number = word.len > 0 && char_is_digit(word.ptr[0]) && char_is_digit(word.ptr[word.len - 1]);
        since_number = number ? 0 : since_number + 1;
        if (since_number > 0 && since_number < FAR && is_word(word, PHRASES(streets)))
            return true;
    }
    return false;
}

/* "ext. 20615" */
static bool has_extension(struct span line) {
    size_t at = span_find_same(line, SPAN("ext. "));
    return at != SPAN_NONE && at + 5 < line.len && char_is_digit(line.ptr[at + 5]);
}

bool marks_contact(struct span line) {
    static const char *const labels[] = {"Tel:", "Tel.", "Tel ", "Phone",   "Ph:",         "P:",           "T:",       "M:",     "F:",
                                         "O:",   "C:",   "Fax",  "Mobile:", "Cell:",       "Office:",      "Direct:",  "Email:", "E-mail:",
                                         "E:",   "W:",   "Web:", "www.",    "http://www.", "https://www.", "P.O. Box", "PO Box"};
    bool address = span_find_char(line, '@') != SPAN_NONE && span_find_char(line, ' ') == SPAN_NONE;
    return address || has_telephone(line) || has_extension(line) || has_zip_code(line) || has_street(line) ||
           phrase_starts(line, PHRASES(labels));
}

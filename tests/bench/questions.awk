# questions.awk -v folder=DIR -v count=N - N question mails of about 3 KB as mail clients write them: plain, HTML beside plain, HTML alone.
function body(n) {
    return "Hello desk,\r\n\r\nwhat is CPT " codes[n % 8] " and which modifiers go with it? The surgeon used\r\nthree new pins on the left leg. " \
           "This is question " n " of a long row.\r\n\r\nThank you\r\nAsker\r\n-- \r\nClinic of Examples, 12 Example Street\r\n"
}
function html(n) {
    return "<html><head><style>p { margin: 0 }</style></head><body><p>Hello desk,</p><p>what is CPT <b>" codes[n % 8] "</b> and which modifiers go " \
           "with it?\r\nThe surgeon used three new pins on the left leg. This is question " n " of a long row.</p><p>&nbsp;</p><p>Thank you<br>Asker</p>" \
           "</body></html>\r\n"
}
BEGIN {
    split("20670 20680 20690 20692 20693 20694 20697 20933", list, " ")
    for (i = 1; i <= 8; i++) codes[i - 1] = list[i]
    for (i = 0; i < 12; i++) trace = trace "Received: from mx" i ".clinic.example (mx" i ".clinic.example [192.0.2." i "])\r\n\tby mx.desk.example with ESMTPS id " \
        "00AB" i "\r\n\tfor <desk@desk.example>; Sat, 21 Nov 2026 09:00:00 +0000\r\n"
    for (n = 1; n <= count; n++) {
        head = trace "From: Asker <asker@clinic.example>\r\nTo: desk@desk.example\r\nSubject: Question " n "\r\nDate: Sat, 21 Nov 2026 09:00:00 +0000\r\n" \
            "Message-ID: <bench-" n "@clinic.example>\r\nMIME-Version: 1.0\r\n"
        if (n % 3 == 0)
            text = head "Content-Type: text/plain; charset=utf-8\r\n\r\n" body(n)
        else if (n % 3 == 1)
            text = head "Content-Type: multipart/alternative; boundary=\"=_cut\"\r\n\r\n--=_cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" body(n) \
                "\r\n--=_cut\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" html(n) "\r\n--=_cut--\r\n"
        else
            text = head "Content-Type: text/html; charset=utf-8\r\n\r\n" html(n)
        printf "%s", text > (folder "/" n)
        close(folder "/" n)
    }
}

/* xml.h - an XML file as a stream of elements, whatever its size: expat behind one thin wall.
 * xml_read calls open at a start tag and close at the end tag, in the order of the file. A text is only kept where open asks for it
 * with xml_gather; it comes with that element's close, the text of the elements inside it included, white space as single blanks.
 * Bounded: XML_DEPTH_MAX levels, XML_TEXT_MAX bytes a text, XML_TOKEN_MAX bytes a tag or comment. Nothing outside the file is ever
 * fetched, and a file that declares entities is refused. Texts and attributes are UTF-8, valid during the call alone. */
#ifndef KB_IMPORT_XML_H
#define KB_IMPORT_XML_H

#include "kb/import/input.h"

enum { XML_DEPTH_MAX = 32, XML_NAME_BYTES = 32, XML_TEXT_MAX = 64 << 10, XML_TOKEN_MAX = 1 << 20 };

struct xml;

/* Both return 0, or a failure that ends the reading. text is empty unless open gathered it. Names are cut to XML_NAME_BYTES. */
struct xml_handler {
    int (*open)(void *context, struct xml *, const char *name, struct why *why);
    int (*close)(void *context, struct xml *, const char *name, struct span text, struct why *why);
};

/* Read the input to its end. FAIL_INPUT: no XML, cut off, or what a handler said; FAIL_LIMIT. input_line_number tells the line within
 * a handler. */
int xml_read(struct input *, const struct xml_handler *, void *context, struct why *why);

/* From open alone: keep the text of this element, and the value of one of its attributes (NULL when it has none such). */
void xml_gather(struct xml *);
const char *xml_attribute(const struct xml *, const char *name);

/* The element around the one that opens or closes; "" for the root. */
const char *xml_parent(const struct xml *);

/* Does a file that begins with these bytes have this root? For recognisers. */
bool xml_root_is(struct span head, const char *root);

#endif

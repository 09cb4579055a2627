"""PDFs by hand: pages of lines, in a font that says which letters its codes are. A page without lines has no text, as
one that is a picture."""


def make(pages):
    letters = sorted({letter for lines in pages for line in lines for letter in line})
    codes = {letter: 33 + i for i, letter in enumerate(letters)}
    assert len(codes) <= 222
    rows = "".join(f"<{code:02x}> <{letter.encode('utf-16-be').hex()}>\n" for letter, code in codes.items())
    cmap = ("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
            "1 begincodespacerange <00> <ff> endcodespacerange\n"
            f"{len(codes)} beginbfchar\n{rows}endbfchar endcmap end end")
    objects = [None, None, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 4 0 R >>", stream(cmap)]
    places = []
    for lines in pages:
        text = "".join(f"1 0 0 1 60 {780 - 16 * i} Tm <{''.join(f'{codes[letter]:02x}' for letter in line)}> Tj "
                       for i, line in enumerate(lines))
        objects.append(stream(f"BT /F 11 Tf {text}ET"))
        objects.append("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> "
                       f"/Contents {len(objects)} 0 R >>")
        places.append(f"{len(objects)} 0 R")
    objects[0] = "<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Count {len(places)} /Kids [{' '.join(places)}] >>"
    return file_of(objects)


def stream(content):
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def file_of(objects):
    made, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(made))
        made += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    return made + (f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
                   f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n").encode()

"""A PDF as whoever holds the paper sees it: its pages as pictures, the codes on them read back by a decoder."""
import subprocess
from urllib.parse import parse_qs, urlsplit


def run(*command, data):
    result = subprocess.run(command, input=data, capture_output=True, timeout=60)
    assert result.returncode == 0, result.stderr.decode(errors="replace")
    return result.stdout


def pages(pdf):
    return int(run("pdfinfo", "-", data=pdf).decode().split("Pages:")[1].split()[0])


def text(pdf):
    """Words in the order of the paper, one space between them."""
    return " ".join(run("pdftotext", "-", "-", data=pdf).decode().split())


def codes(pdf, folder):
    """{card number: {"card_number", "activation_code"}} of the codes on all pages."""
    (folder / "letters.pdf").write_bytes(pdf)
    run("pdftoppm", "-r", "150", "-gray", "-png", str(folder / "letters.pdf"), str(folder / "page"), data=b"")
    read = run("zbarimg", "--nodbus", "--quiet", "--raw", *map(str, sorted(folder.glob("page*.png"))), data=b"")
    for picture in folder.glob("page*.png"):
        picture.unlink()
    found = [parse_qs(urlsplit(url).fragment) for url in read.decode().split()]
    return {each["c"][0]: {"card_number": each["c"][0], "activation_code": each["k"][0]} for each in found}


def fonts(pdf):
    """[(name, embedded)]"""
    lines = run("pdffonts", "-", data=pdf).decode().splitlines()[2:]
    return [(line.split()[0], line.split()[-5]) for line in lines]

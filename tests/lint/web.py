"""The web app (web/src): words stand in the files of i18n/ that hold them, and are words that people here use; nothing
that a browser of WEB.md's list lacks, and nothing that makes HTML of text."""
import re
import unicodedata

from sources import Finding, having, search, text

WORDS = ("web/src/i18n/vi.ts", "web/src/i18n/fields.ts",  # of every screen
         "web/src/i18n/branch.ts", "web/src/i18n/office.ts",  # these come with the screens that say them
         "web/src/i18n/paper.ts")
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.S)
# A text node before a closing tag, or an attribute that people read or hear.
IN_TAGS = r">\s*([^<>{}=;()]*[^\W\d_][^<>{}=;()]*)</"
ATTRIBUTES = r"\b(?:aria-label|placeholder|title|alt|label|legend|hint|submit)" \
             r"=\"([^\"]*[^\W\d_][^\"]*)\""
BANNED_WORDS = r"(?i)(?<!\w)(bạn|lỗi hệ thống|email|online|offline|click|link)(?!\w)"
# Safari 15.4 has no lookbehind; the rest would be a way around the policy (WEB.md, Security).
BANNED_CODE = r"\(\?<[=!]|dangerouslySetInnerHTML|\binnerHTML\b|\bouterHTML\b|insertAdjacentHTML|\beval\(" \
              r"|new Function\(|storage\.persist\("


def sources():
    return [name for name in having(".ts", ".tsx", under="web/src/") if not name.endswith("schema.d.ts")]


def without_comments(name):
    return COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text(name))


def words_stand_in_one_place():
    for name in sources():
        code = without_comments(name)
        if name in WORDS:
            continue
        for line, match in search(r"[^\x00-\x7f]*[^\W\da-zA-Z_][^\x00-\x7f]*", name, code):
            yield Finding(name, line, f"words belong into {WORDS[0]}: {match[0][:30]}")
        if not name.endswith(".tsx"):
            continue
        for pattern in (IN_TAGS, ATTRIBUTES):
            for line, match in search(pattern, name, code):
                yield Finding(name, line, f"words belong into {WORDS[0]}: {match[1].strip()[:30]}")


def words_are_ours():
    for name in [each for each in WORDS if each in having(".ts")]:
        if not unicodedata.is_normalized("NFC", text(name)):
            yield Finding(name, 1, "it is not in normal form NFC")
        for literal in re.finditer(r"\"((?:[^\"\\\n]|\\.)*)\"|`((?:[^`\\]|\\.)*)`", without_comments(name)):
            words = re.sub(r"\$\{[^}]*\}", "", literal[1] or literal[2] or "")
            for match in re.finditer(BANNED_WORDS, words):
                yield Finding(name, text(name).count("\n", 0, literal.start()) + 1, f"another word for: {match[0]}")


def nothing_that_browsers_lack_or_forbid():
    for name in sources():
        for line, match in search(BANNED_CODE, name, without_comments(name)):
            yield Finding(name, line, f"{match[0]} is not for us")


def locks_name_no_address():
    for name in having("package-lock.json"):
        for line, match in search(r"\"resolved\"|https?://[^\"]*/-/", name, text(name)):
            yield Finding(name, line, f"{match[0][:40]}: npm ci finds packages without it (.npmrc)")


CHECKS = [
    ("the app's words stand in one place", words_stand_in_one_place),
    ("the app's words are ours", words_are_ours),
    ("the app uses what browsers have and allow", nothing_that_browsers_lack_or_forbid),
    ("npm's lock files name no address", locks_name_no_address),
]

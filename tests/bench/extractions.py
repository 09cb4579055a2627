"""sotay-extract by itself: pages a second of one core, and what it has in memory, of a PDF, the same text as a DOCX,
and scans."""
import json
import subprocess
import tempfile
import zipfile
from pathlib import Path

import wrk

PAGES, SCANNED, TIMES = 200, 5, 3
# The defaults of settings.c, as extraction_worker.c has them: bytes of address space, seconds of CPU, seconds, pages,
# bytes told; but all from the first page on in one slice.
MEMORY_LIMIT_MB, FIRST, EFFORT = 1024, 1, 1 << 20
LIMITS = (MEMORY_LIMIT_MB << 20, 120, 1200, 3000, 8 << 20, FIRST, EFFORT)
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}  # as extract/process.c starts it
PROGRAM = wrk.BUILD / "services/document/sotay-extract"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def make_docx(path):
    """The lines of extraction_files.c."""
    lines = []
    for page in range(1, PAGES + 1):
        lines.append(f"Điều {page}. Phạm vi điều chỉnh và đối tượng áp dụng")
        lines += [f"{i}. Các chi bộ trực thuộc có trách nhiệm tuyên truyền, vận động Nhân dân." for i in range(1, 32)]
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')


def run(path, pages):
    answer = subprocess.run([wrk.PEERS / "extraction_run", path, str(TIMES), PROGRAM, *map(str, LIMITS)],
                            capture_output=True, text=True, timeout=600, env=ENVIRONMENT)
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    return {"pages_per_cpu_s": round(pages / found["cpu_s"], 1), "peak_mb": round(found["peak_kb"] / 1024, 1)}


def measure():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([wrk.PEERS / "extraction_files", folder, str(PAGES), str(SCANNED)], check=True)
        make_docx(Path(folder) / "text.docx")
        return {"pdf": run(f"{folder}/text.pdf", PAGES), "docx": run(f"{folder}/text.docx", PAGES),
                "scan": run(f"{folder}/scan.pdf", SCANNED)}

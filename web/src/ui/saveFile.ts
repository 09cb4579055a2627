/** Hands bytes to the browser as a file of that name. */
const SUFFIXES: Record<string, string> = {
  "application/pdf": ".pdf",
  "image/png": ".png",
  "image/jpeg": ".jpg",
  "image/tiff": ".tif",
  "text/csv": ".csv",
  "text/plain": ".txt",
  "application/json": ".json",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
  "application/vnd.oasis.opendocument.text": ".odt",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
};

export function saveFile(bytes: Blob, title: string): void {
  const name = title
    .replace(/[\\/:*?"<>|\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, 100);
  const link = document.createElement("a");
  const type = bytes.type.split(";")[0] ?? "";
  link.href = URL.createObjectURL(bytes);
  link.download = name + (SUFFIXES[type] ?? "");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

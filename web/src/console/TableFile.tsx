import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { number } from "../i18n/format";
import { office } from "../i18n/office";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { saveFile } from "../ui/saveFile";
import { Status } from "../ui/Status";
import { useJob } from "../ui/useJob";

type Asked = Shapes["ExportTableInput"];
type Made = { id: string; rows: number };

/** The whole list as a file: it is made at the server, however long it is, and then comes down. */
export function TableFile({
  kind,
  organization,
  filter,
}: {
  kind: Asked["kind"];
  organization: string;
  filter: Asked["filter"];
}) {
  const [rows, setRows] = useState<number | null>(null);
  const job = useJob();

  async function make(format: Asked["format"]) {
    setRows(null);
    const body = { kind, organization_id: organization, format, filter } satisfies Asked;
    // Two presses are two files: each says what is so now.
    const asked = await askMe<Shapes["Operation"]>("POST", "/v1/exports", { body, key: newKey(), isJob: true });
    const done = await job.follow(asked.body);
    if (!done?.resource_url) return;
    const file = await askMe<Blob>("GET", done.resource_url, { as: "file", timeoutMs: 300_000 });
    saveFile(file.body, office.files.names[kind]);
    setRows((done.result as unknown as Made | null)?.rows ?? 0);
  }
  return (
    <div class="stack">
      <div class="line">
        <Button kind="quiet" onPress={() => make("xlsx")}>
          {office.files.xlsx}
        </Button>
        <Button kind="quiet" onPress={() => make("csv")}>
          {office.files.csv}
        </Button>
      </div>
      {job.isRunning && (
        <Status kind="waiting" isLive>
          {job.progress
            ? office.files.progress(number(job.progress.done), job.progress.total ? number(job.progress.total) : null)
            : office.files.making}
        </Status>
      )}
      {rows !== null && (
        <Status kind="done" isLive>
          {office.files.done(number(rows))}
        </Status>
      )}
    </div>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { number } from "../i18n/format";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Form } from "../ui/Form";
import { Row, Rows } from "../ui/Row";
import { saveFile } from "../ui/saveFile";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Said } from "../ui/words";
import { settled } from "./job";

type Roster = Shapes["Roster"];
type Operation = Shapes["Operation"];
const IMPORTS = "/v1/roster-imports";

async function uploaded(file: File): Promise<string> {
  const { body } = await askMe<Shapes["Blob"]>("POST", "/v1/blobs", { bytes: file, timeoutMs: 300_000 });
  return body.sha256;
}

/** Files, then what they would change and what is wrong with them, then exactly that is done. */
export default function Import() {
  const [members, setMembers] = useState<File | null>(null);
  const [organizations, setOrganizations] = useState<File | null>(null);
  const [progress, setProgress] = useState<Operation["progress"]>(null);
  const [roster, setRoster] = useState<Roster | null>(null);
  const [keys] = useState(() => new Keys());
  const isHere = useRef(true);
  useEffect(
    () => () => {
      isHere.current = false;
    },
    [],
  );

  async function follow(operation: Operation) {
    setRoster(null);
    const done = await settled(operation, setProgress, () => isHere.current);
    setProgress(null);
    if (done?.state === "rejected") throw new Said(done.problem?.detail ?? vi.unknownError);
    if (done?.resource_url) setRoster((await askMe<Roster>("GET", done.resource_url)).body);
  }
  async function preview() {
    if (!members) throw new Said(vi.roster.noFile);
    const members_sha256 = await uploaded(members);
    const named = organizations ? { organizations_sha256: await uploaded(organizations) } : {};
    const body = { members_sha256, ...named, dry_run: true };
    // What it would change now, not what it would have changed: each preview is a new one.
    await follow((await askMe<Operation>("POST", IMPORTS, { body, key: newKey(), isJob: true })).body);
  }
  async function apply(previewed: Roster) {
    const path = `${IMPORTS}/${previewed.id}/apply`;
    await follow((await keys.send<Operation>("POST", path, undefined, { isJob: true })).body);
  }
  const primary = roster?.dry_run && roster.state === "succeeded" && (
    <Button kind="primary" onPress={() => apply(roster)}>
      {vi.roster.apply}
    </Button>
  );
  return (
    <Screen title={vi.roster.title} back="/app/quan-ly" isWide hasTabs={false} primary={primary}>
      <Form submit={vi.roster.preview} onSubmit={preview}>
        <FileField id="members" label={vi.roster.members} onFile={setMembers} />
        <FileField id="organizations" label={vi.roster.organizations} onFile={setOrganizations} />
      </Form>
      {progress && (
        <Status kind="waiting" isLive>
          {vi.roster.progress(number(progress.done), number(progress.total))}
        </Status>
      )}
      {roster && <Result roster={roster} />}
    </Screen>
  );
}

function FileField({ id, label, onFile }: { id: string; label: string; onFile: (file: File | null) => void }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="file"
        accept=".csv,text/csv"
        onChange={(event) => onFile(event.currentTarget.files?.[0] ?? null)}
      />
    </div>
  );
}

function Result({ roster }: { roster: Roster }) {
  async function errors() {
    const answer = await askMe<Blob>("GET", `${IMPORTS}/${roster.id}/errors.csv`, { as: "file" });
    saveFile(answer.body, vi.roster.errorsFile);
  }
  const { created, updated, unchanged, rejected } = roster;
  return (
    <section class="stack" aria-live="polite">
      {roster.problem ? (
        <Status kind="late">{roster.problem}</Status>
      ) : (
        <Status kind={roster.dry_run ? "info" : "done"}>{roster.dry_run ? vi.roster.wouldBe : vi.roster.isDone}</Status>
      )}
      <p>{vi.roster.counts(number(created), number(updated), number(unchanged), number(rejected))}</p>
      {rejected > 0 && (
        <Button kind="quiet" onPress={errors}>
          {vi.roster.errors(number(rejected))}
        </Button>
      )}
      <Rows>
        {[...roster.errors, ...roster.warnings].map((fault, i) => (
          <Row key={i} title={<span class="strong">{vi.roster.line(fault.file, number(fault.line))}</span>}>
            <span>{fault.message}</span>
          </Row>
        ))}
      </Rows>
    </section>
  );
}

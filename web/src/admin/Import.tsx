import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { number } from "../i18n/format";
import { office } from "../i18n/office";
import { Keys } from "../sync/keys";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { FileField } from "../ui/Field";
import { Form } from "../ui/Form";
import { Row, Rows } from "../ui/Row";
import { saveFile } from "../ui/saveFile";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { useJob } from "../ui/useJob";
import { Said } from "../ui/words";

type Roster = Shapes["Roster"];
type Operation = Shapes["Operation"];
const CSV = ".csv,text/csv";
const IMPORTS = "/v1/roster-imports";

async function uploaded(file: File): Promise<string> {
  const { body } = await askMe<Shapes["Blob"]>("POST", "/v1/blobs", { bytes: file, timeoutMs: 300_000 });
  return body.sha256;
}

/** Files, then what they would change and what is wrong with them, then exactly that is done. */
export default function Import() {
  const [members, setMembers] = useState<File | null>(null);
  const [organizations, setOrganizations] = useState<File | null>(null);
  const [roster, setRoster] = useState<Roster | null>(null);
  const [keys] = useState(() => new Keys());
  const job = useJob();

  async function follow(operation: Operation) {
    setRoster(null);
    const done = await job.follow(operation);
    if (done?.resource_url) setRoster((await askMe<Roster>("GET", done.resource_url)).body);
  }
  async function preview() {
    if (!members) throw new Said(office.roster.noFile);
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
      {office.roster.apply}
    </Button>
  );
  return (
    <Screen title={office.roster.title} back="/app/quan-ly" isWide hasTabs={false} primary={primary}>
      <Form submit={office.roster.preview} onSubmit={preview}>
        <FileField label={office.roster.members} accept={CSV} file={members} onFile={setMembers} />
        <FileField label={office.roster.organizations} accept={CSV} file={organizations} onFile={setOrganizations} />
      </Form>
      {job.progress && (
        <Status kind="waiting" isLive>
          {office.roster.progress(number(job.progress.done), number(job.progress.total))}
        </Status>
      )}
      {roster && <Result roster={roster} />}
    </Screen>
  );
}

function Result({ roster }: { roster: Roster }) {
  async function errors() {
    const answer = await askMe<Blob>("GET", `${IMPORTS}/${roster.id}/errors.csv`, { as: "file" });
    saveFile(answer.body, office.roster.errorsFile);
  }
  async function absent() {
    const answer = await askMe<Blob>("GET", `${IMPORTS}/${roster.id}/absent.csv`, { as: "file" });
    saveFile(answer.body, office.roster.absentFile);
  }
  const { created, updated, unchanged, rejected } = roster;
  return (
    <section class="stack" aria-live="polite">
      {roster.problem ? (
        <Status kind="late">{roster.problem}</Status>
      ) : (
        <Status kind={roster.dry_run ? "info" : "done"}>
          {roster.dry_run ? office.roster.wouldBe : office.roster.isDone}
        </Status>
      )}
      <p>{office.roster.counts(number(created), number(updated), number(unchanged), number(rejected))}</p>
      {rejected > 0 && (
        <Button kind="quiet" onPress={errors}>
          {office.roster.errors(number(rejected))}
        </Button>
      )}
      {roster.absent > 0 && (
        <>
          <p>{office.roster.absent(number(roster.absent))}</p>
          <Button kind="quiet" onPress={absent}>
            {office.roster.absentGet}
          </Button>
        </>
      )}
      <Rows>
        {roster.errors.map((fault, i) => (
          <Row key={i} title={<span class="strong">{office.roster.line(fault.file, number(fault.line))}</span>}>
            <Status kind="late">{office.roster.leftOut}</Status>
            <span>{fault.field ? office.roster.column(fault.field, fault.message) : fault.message}</span>
          </Row>
        ))}
        {roster.warnings.map((hint, i) => (
          <Row key={i} title={<span class="strong">{office.roster.line(hint.file, number(hint.line))}</span>}>
            <Status kind="waiting">{office.roster.takenAllTheSame}</Status>
            <span>{hint.message}</span>
          </Row>
        ))}
      </Rows>
    </section>
  );
}

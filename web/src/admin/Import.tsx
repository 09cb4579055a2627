import { useEffect, useState } from "preact/hooks";
import { Refused, type Shapes } from "../api/client";
import { number } from "../i18n/format";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { pendingOf } from "../sync/job";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { FileField } from "../ui/Field";
import { Form } from "../ui/Form";
import { Row, Rows } from "../ui/Row";
import { saveFile } from "../ui/saveFile";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { useDraft } from "../ui/useDraft";
import { useJob } from "../ui/useJob";
import { Said, wordsOf } from "../ui/words";

type Roster = Shapes["Roster"];
type Operation = Shapes["Operation"];
const CSV = ".csv,text/csv";
const IMPORTS = "/v1/roster-imports";

async function uploaded(file: File): Promise<string> {
  const { body } = await askMe<Shapes["Blob"]>("POST", "/v1/blobs", { bytes: file, timeoutMs: 300_000 });
  return body.sha256;
}

/** What was last begun here, and where the last preview or outcome is: it goes on whether or not this page is there. */
interface Begun {
  operation: string;
  roster: string;
}
const NOTHING: Begun = { operation: "", roster: "" };

/** Files, then what they would change and what is wrong with them, then exactly that is done. */
export default function Import() {
  const [members, setMembers] = useState<File | null>(null);
  const [organizations, setOrganizations] = useState<File | null>(null);
  const [roster, setRoster] = useState<Roster | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [keys] = useState(() => new Keys());
  const begun = useDraft("roster-import", NOTHING, 0);
  const job = useJob();

  const show = async (url: string) => setRoster((await askMe<Roster>("GET", url)).body);
  /** What is on the screen stays until the next is there: an apply that fails has not undone its preview. */
  async function follow(operation: Operation) {
    begun.set({ operation: operation.id });
    const done = await job.follow(operation).catch((error: unknown) => {
      begun.set({ operation: "" });
      throw error;
    });
    if (!done?.resource_url) return;
    begun.set({ operation: "", roster: done.resource_url });
    await show(done.resource_url);
  }
  async function goOn({ operation, roster }: Begun) {
    setWrong(null);
    try {
      if (roster) await show(roster);
      if (operation) await follow(pendingOf(operation));
    } catch (error) {
      // The server keeps it for a while only.
      if (error instanceof Refused && error.status === 404) return begun.clear();
      setWrong(wordsOf(error));
    }
  }
  useEffect(() => {
    if (begun.isRead && begun.isBegun) void goOn(begun.draft);
  }, [begun.isRead]);

  function onlyOne() {
    if (job.isRunning) throw new Said(office.roster.isRunning);
    setWrong(null);
  }
  async function preview() {
    if (!members) throw new Said(office.roster.noFile);
    onlyOne();
    const members_sha256 = await uploaded(members);
    const named = organizations ? { organizations_sha256: await uploaded(organizations) } : {};
    const body = { members_sha256, ...named, dry_run: true };
    // What it would change now, not what it would have changed: each preview is a new one.
    await follow((await askMe<Operation>("POST", IMPORTS, { body, key: newKey(), isJob: true })).body);
  }
  async function apply(previewed: Roster) {
    onlyOne();
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
      {job.isRunning && (
        <Status kind="waiting" isLive>
          {job.progress
            ? office.roster.progress(number(job.progress.done), number(job.progress.total))
            : office.roster.isRunning}
        </Status>
      )}
      {wrong && (
        <>
          <Status kind="late" isLive>
            {wrong}
          </Status>
          <Button onPress={() => goOn(begun.draft)}>{vi.retry}</Button>
        </>
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
    <section class="stack">
      {roster.problem ? (
        <Status kind="late" isLive>
          {roster.problem}
        </Status>
      ) : (
        <Status kind={roster.dry_run ? "info" : "done"} isLive>
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

/** The parts of "Của tôi" about the account: one-time codes, a file with all that is kept of him, an objection to
 * who asks for his account in his name. */
import { useState } from "preact/hooks";
import { Refused, type Shapes } from "../api/client";
import { vi } from "../i18n/vi";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { saveFile } from "../ui/saveFile";
import { Status } from "../ui/Status";
import { Sure } from "../ui/Sure";
import { useJob } from "../ui/useJob";
import { Said } from "../ui/words";
import { secretOf } from "./otp";
import { Part } from "./settings";

export function Codes() {
  return <Part title={vi.codes.title}>{() => <Enrol />}</Part>;
}

/** A secret counts once a code of it has come back. Where one is in use, a new one is shown for a code of it only. */
function Enrol() {
  const [uri, setUri] = useState<string | null>(null);
  const [recovery, setRecovery] = useState<string[] | null>(null);
  const [isOff, setOff] = useState(false);
  const [needsOld, setNeedsOld] = useState(false);
  const [otp, setOtp] = useState("");

  async function begin() {
    setOff(false);
    try {
      const body = needsOld && otp.trim() ? { otp: otp.trim() } : {};
      setUri((await askMe<Shapes["TotpLink"]>("POST", "/v1/me/totp", { body })).body.uri);
      setOtp("");
    } catch (error) {
      if (needsOld || !(error instanceof Refused) || !error.problem.errors.some((each) => each.field === "/otp"))
        throw error;
      setNeedsOld(true);
      throw new Said(vi.codes.oldAsked);
    }
  }
  async function confirm() {
    const body = { otp: otp.trim() };
    const answer = await askMe<Shapes["TotpEnrolment"]>("PUT", "/v1/me/totp", { body });
    setRecovery(answer.body.recovery_codes);
    setUri(null);
    setOtp("");
  }
  async function end() {
    if (!otp.trim()) throw new Said(vi.codes.oldAsked);
    await askMe("DELETE", "/v1/me/totp", { body: { otp: otp.trim() }, as: "nothing" });
    setOff(true);
    setNeedsOld(false);
    setOtp("");
  }
  if (recovery) return <Recovery codes={recovery} onDone={() => setRecovery(null)} />;
  if (uri)
    return (
      <Form submit={vi.codes.confirm} onSubmit={confirm}>
        <p>{vi.codes.how}</p>
        <p class="card strong">{secretOf(uri)}</p>
        <a class="button" href={uri}>
          {vi.codes.openApp}
        </a>
        <Code value={otp} onValue={setOtp} label={vi.codes.fresh} />
      </Form>
    );
  return (
    <>
      <p>{vi.codes.what}</p>
      {isOff && (
        <Status kind="done" isLive>
          {vi.codes.isOff}
        </Status>
      )}
      {needsOld && <Code value={otp} onValue={setOtp} label={vi.codes.old} />}
      <Button onPress={begin}>{vi.codes.begin}</Button>
      {needsOld ? (
        <Sure label={vi.codes.end} question={vi.codes.endSure} yes={vi.codes.end} onYes={end} />
      ) : (
        <Button kind="quiet" onPress={() => setNeedsOld(true)}>
          {vi.codes.end}
        </Button>
      )}
    </>
  );
}

function Code({ label, value, onValue }: { label: string; value: string; onValue: (value: string) => void }) {
  return (
    <Field
      label={label}
      hint={vi.signIn.otpHint}
      value={value}
      onValue={onValue}
      autoComplete="one-time-code"
      inputMode="numeric"
      isExact
    />
  );
}

/** They are shown once. */
function Recovery({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  return (
    <section class="stack">
      <Status kind="done" isLive>
        {vi.codes.isOn}
      </Status>
      <p>{vi.codes.recovery}</p>
      <ol class="card">
        {codes.map((code) => (
          <li class="strong" key={code}>
            {code}
          </li>
        ))}
      </ol>
      <Button onPress={() => saveFile(new Blob([codes.join("\n")], { type: "text/plain" }), vi.codes.file)}>
        {vi.codes.save}
      </Button>
      <Button kind="quiet" onPress={onDone}>
        {vi.codes.kept}
      </Button>
    </section>
  );
}

export function OwnData() {
  return <Part title={vi.ownData.title}>{() => <Export />}</Part>;
}

function Export() {
  const job = useJob();
  const [isDone, setDone] = useState(false);
  async function make() {
    setDone(false);
    const asking = { key: newKey(), isJob: true };
    const done = await job.follow((await askMe<Shapes["Operation"]>("POST", "/v1/me/data-exports", asking)).body);
    if (!done?.resource_url) return;
    saveFile((await askMe<Blob>("GET", done.resource_url, { as: "file" })).body, vi.ownData.file);
    setDone(true);
  }
  return (
    <>
      <p>{vi.ownData.what}</p>
      <Button onPress={make}>{vi.ownData.make}</Button>
      {isDone && (
        <Status kind="done" isLive>
          {vi.ownData.done}
        </Status>
      )}
    </>
  );
}

export function Objection() {
  return <Part title={vi.objection.title}>{() => <SayNo />}</Part>;
}

function SayNo() {
  const [isDone, setDone] = useState(false);
  async function object() {
    await askMe("POST", "/v1/me/recovery/objection", {});
    setDone(true);
  }
  if (isDone)
    return (
      <Status kind="done" isLive>
        {vi.objection.done}
      </Status>
    );
  return (
    <>
      <p>{vi.objection.what}</p>
      <Sure label={vi.objection.say} question={vi.objection.sure} yes={vi.objection.say} onYes={object} />
    </>
  );
}

/** The parts of "Của tôi" behind the text size: each asks for what it shows when it is opened. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { moment } from "../i18n/format";
import { vi } from "../i18n/vi";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Check, Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Row, Rows } from "../ui/Row";
import { State } from "../ui/Screen";
import { Status } from "../ui/Status";
import { useCopy } from "../ui/useCopy";
import { PushHere } from "./PushAsk";

export function Part({ title, children }: { title: string; children: () => ComponentChildren }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && <div class="stack">{children()}</div>}
    </details>
  );
}

export function Devices() {
  return <Part title={vi.mine.sessions}>{() => <DeviceList />}</Part>;
}

function DeviceList() {
  const list = useCopy<Shapes["LoginSessionList"]>("/v1/me/sessions");
  const [code, setCode] = useState<Shapes["LinkCode"] | null>(null);
  async function end(id: string) {
    await askMe("DELETE", `/v1/me/sessions/${id}`, { key: newKey() });
    list.retry();
  }
  async function link() {
    setCode((await askMe<Shapes["LinkCode"]>("POST", "/v1/me/link-codes", { body: {} })).body);
  }
  return (
    <>
      <State of={list} />
      <Rows>
        {list.data?.items.map((session) => (
          <Row key={session.id} title={session.current ? <span class="strong">{vi.mine.thisOne}</span> : null}>
            <span>{vi.mine.signedInAt(moment(session.created_at))}</span>
            {session.last_used_at && <span class="hint">{vi.mine.lastUsed(moment(session.last_used_at))}</span>}
            {!session.current && (
              <Button kind="quiet" onPress={() => end(session.id)}>
                {vi.mine.end}
              </Button>
            )}
          </Row>
        ))}
      </Rows>
      <Button onPress={link}>{vi.mine.addDevice}</Button>
      {code && (
        <div class="card" role="status">
          <p class="large strong">{vi.mine.linkCode(code.code)}</p>
          <p>{vi.mine.linkHint}</p>
        </div>
      )}
    </>
  );
}

export function Password() {
  return <Part title={vi.mine.password}>{() => <PasswordForm />}</Part>;
}

function PasswordForm() {
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const [isDone, setDone] = useState(false);
  async function change() {
    setDone(false);
    await askMe("PUT", "/v1/me/password", { body: { current, new: fresh } });
    setDone(true);
    setCurrent("");
    setFresh("");
  }
  return (
    <Form submit={vi.mine.change} onSubmit={change}>
      <Field label={vi.mine.current} value={current} onValue={setCurrent} autoComplete="current-password" isExact />
      <Field
        label={vi.mine.fresh}
        value={fresh}
        onValue={setFresh}
        autoComplete="new-password"
        hint={vi.activate.passwordHint}
        isExact
      />
      {isDone && (
        <Status kind="done" isLive>
          {vi.mine.changed}
        </Status>
      )}
    </Form>
  );
}

export function CalendarFeed() {
  const [url, setUrl] = useState<string | null>(null);
  const [isEnded, setEnded] = useState(false);
  async function make() {
    setEnded(false);
    setUrl((await askMe<Shapes["CalendarFeed"]>("POST", "/v1/me/calendar-feed", { body: {} })).body.url);
  }
  async function end() {
    await askMe("DELETE", "/v1/me/calendar-feed");
    setUrl(null);
    setEnded(true);
  }
  return (
    <Part title={vi.mine.calendar}>
      {() => (
        <>
          <Button onPress={make}>{vi.mine.calendarMake}</Button>
          {url && (
            <div class="card" role="status">
              <p>{vi.mine.calendarUrl}</p>
              <p class="paper">{url}</p>
            </div>
          )}
          <Button kind="quiet" onPress={end}>
            {vi.mine.calendarEnd}
          </Button>
          {isEnded && (
            <Status kind="done" isLive>
              {vi.mine.calendarEnded}
            </Status>
          )}
        </>
      )}
    </Part>
  );
}

const TEXT_VERSION = "2026-11";

export function Consents() {
  return <Part title={vi.mine.consents}>{() => <ConsentList />}</Part>;
}

function ConsentList() {
  const list = useCopy<Shapes["ConsentList"]>("/v1/me/consents");
  async function give(purpose: string, granted: boolean) {
    const body = { granted, text_version: TEXT_VERSION };
    await askMe("PUT", `/v1/me/consents/${purpose}`, { body, key: newKey() });
    list.retry();
  }
  return (
    <>
      <State of={list} />
      {list.data?.items.map((consent) => (
        <Check
          key={consent.purpose}
          label={vi.mine.consentNames[consent.purpose] ?? consent.purpose}
          value={consent.granted}
          onValue={(granted) => give(consent.purpose, granted)}
        />
      ))}
    </>
  );
}

export function Pushes() {
  return <Part title={vi.mine.pushes}>{() => <PushList />}</Part>;
}

const PUSHES = ["meetings", "documents", "surveys", "reminders"] as const;

function PushList() {
  const preferences = useCopy<Shapes["Preferences"]>("/v1/me/preferences");
  async function set(name: (typeof PUSHES)[number], value: boolean) {
    await askMe("PATCH", "/v1/me/preferences", { body: { push: { [name]: value } }, ifMatch: "*", key: newKey() });
    preferences.retry();
  }
  const data = preferences.data;
  return (
    <>
      <PushHere />
      <State of={preferences} />
      {data &&
        PUSHES.map((name) => (
          <Check
            key={name}
            label={vi.mine.pushNames[name]}
            value={data.push[name]}
            onValue={(value) => set(name, value)}
          />
        ))}
    </>
  );
}

export function Looks() {
  return <Part title={vi.mine.looks}>{() => <LookList />}</Part>;
}

function LookList() {
  const list = useCopy<Shapes["LookList"]>("/v1/me/access-log");
  return (
    <>
      <State of={list} />
      {list.data?.items.length === 0 && <p>{vi.mine.noLooks}</p>}
      <Rows>
        {list.data?.items.map((look, i) => (
          <Row key={i} title={<span>{vi.mine.looked(look.actor.full_name, vi.mine.lookWhat[look.what])}</span>}>
            <span class="hint">{moment(look.at)}</span>
          </Row>
        ))}
      </Rows>
    </>
  );
}

import { useEffect, useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { number, percent } from "../i18n/format";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { Button, ButtonLink } from "../ui/Button";
import { Field } from "../ui/Field";
import { Row, Rows } from "../ui/Row";
import { Screen, State } from "../ui/Screen";
import { Status } from "../ui/Status";
import { useCopy } from "../ui/useCopy";
import { useList } from "../ui/useList";
import { levelsBelow, type Organization, placeAddress } from "./place";
import { usePlace } from "../ui/usePlace";

/** An organisation, what is below it, and what can be done with it. */
export default function Tree() {
  const { own, id, place } = usePlace();
  const organization = place.data;
  const up = organization?.parent_id && id !== own ? placeAddress(organization.parent_id) : "/app/quan-ly";
  return (
    <Screen
      title={office.tree.title}
      of={place}
      isWide
      back={up}
      primary={
        organization &&
        organization.state === "active" &&
        levelsBelow(organization.level).length > 0 && (
          <ButtonLink kind="primary" href={placeAddress(id, "them")}>
            {office.tree.add}
          </ButtonLink>
        )
      }
    >
      {organization && (
        <>
          <Card organization={organization} />
          {organization.state === "active" && <Ways organization={organization} isOwn={id === own} />}
          <Adoption id={id} />
          {organization.level !== "branch" && <Children key={id} id={id} />}
        </>
      )}
    </Screen>
  );
}

function Card({ organization }: { organization: Organization }) {
  const { tree } = office;
  const { name, code, level, members, branches, contact, meeting_day, meeting_time, meeting_place } = organization;
  return (
    <section class="card">
      <h2>{name}</h2>
      <p>{tree.levelAndCode(tree.levels[level], code)}</p>
      {organization.state !== "active" && <Status kind="late">{tree.states[organization.state]}</Status>}
      <p>{level === "branch" ? tree.people(number(members)) : tree.size(number(branches), number(members))}</p>
      {contact && (
        <p>
          {tree.contact(contact.full_name)} {contact.phone && <a href={`tel:${contact.phone}`}>{contact.phone}</a>}
        </p>
      )}
      {meeting_day !== null && (
        <p>{[tree.rhythm(String(meeting_day)), meeting_time, meeting_place].filter(Boolean).join(", ")}</p>
      )}
    </section>
  );
}

function Ways({ organization, isOwn }: { organization: Organization; isOwn: boolean }) {
  const { tree } = office;
  const { id, level } = organization;
  const ways: [string, string, boolean][] = [
    [tree.edit, "sua", true],
    [tree.positions, "chuc-vu", true],
    [tree.letters, "thu", true],
    [office.rules.title, "quy-dinh", true],
    [tree.split, "tach", level === "branch"],
    [tree.close, "dong", !isOwn],
  ];
  return (
    <nav class="line" aria-label={tree.ways}>
      {ways
        .filter(([, , isPossible]) => isPossible)
        .map(([words, part]) => (
          <a class="button quiet" key={part} href={placeAddress(id, part)}>
            {words}
          </a>
        ))}
    </nav>
  );
}

function Adoption({ id }: { id: string }) {
  const figures = useCopy<Shapes["Dashboard"]>(`/v1/organizations/${id}/dashboard`);
  if (!figures.data) return null;
  const { members, adoption } = figures.data;
  const rows: [string, number][] = [
    [office.tree.activated, adoption.activated],
    [office.tree.installed, adoption.installed],
    [office.tree.active, adoption.active_30d],
  ];
  return (
    <section class="stack">
      <h2>{office.tree.adoption}</h2>
      <dl class="figures">
        {rows.map(([words, n]) => (
          <div class="card" key={words}>
            <dt>{words}</dt>
            <dd class="large strong">
              {office.manage.of(number(n), number(members))} ({percent(n, members)})
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Fingers rest, then it is asked. */
const REST_MS = 300;

function Children({ id }: { id: string }) {
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed.trim()), REST_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const q = asked ? `&q=${encodeURIComponent(asked)}` : "";
  const list = useList<Organization>(`/v1/organizations/${id}/children?limit=50${q}`);
  return (
    <section class="stack">
      <h2>{office.manage.children}</h2>
      <Field label={office.pick.find} type="search" value={typed} onValue={setTyped} />
      <State of={list} />
      {list.data && list.items.length === 0 && <p>{asked ? office.pick.none : office.tree.nothingBelow}</p>}
      <Rows>
        {list.items.map((child) => (
          <Row key={child.id} href={placeAddress(child.id)} title={child.name}>
            <span class="hint">
              {office.tree.levelAndCode(office.tree.levels[child.level], child.code)} ·{" "}
              {office.tree.people(number(child.members))}
            </span>
            {child.state !== "active" && <Status kind="late">{office.tree.states[child.state]}</Status>}
          </Row>
        ))}
      </Rows>
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </section>
  );
}

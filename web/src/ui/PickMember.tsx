import { useEffect, useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { Button } from "./Button";
import { Field } from "./Field";
import { Row, Rows } from "./Row";
import { State } from "./Screen";
import { useList } from "./useList";

export type Found = Shapes["MemberItem"];
/** Fingers rest, then it is asked. */
const REST_MS = 300;

interface Props {
  label: string;
  /** In it and all below he is looked for. */
  under: string;
  picked: Found | null;
  onPicked: (member: Found | null) => void;
}

/** A member is found by name or card number. */
export function PickMember({ label, under, picked, onPicked }: Props) {
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed.trim()), REST_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  if (picked)
    return (
      <div class="card">
        <p>{label}</p>
        <p class="strong">{picked.full_name}</p>
        <p>{picked.branch.name}</p>
        <Button kind="quiet" onPress={() => onPicked(null)}>
          {office.pick.another}
        </Button>
      </div>
    );
  return (
    <>
      <Field label={label} hint={office.pick.memberHint} type="search" value={typed} onValue={setTyped} />
      {asked.length > 1 && <Matches under={under} asked={asked} onPicked={onPicked} />}
    </>
  );
}

function Matches({ under, asked, onPicked }: { under: string; asked: string; onPicked: (member: Found) => void }) {
  const list = useList<Found>(`/v1/organizations/${under}/members?limit=20&q=${encodeURIComponent(asked)}`);
  return (
    <>
      <State of={list} />
      {list.data && list.items.length === 0 && <p>{office.pick.none}</p>}
      <Rows>
        {list.items.map((member) => (
          <Row key={member.id} title={<span class="strong">{member.full_name}</span>}>
            <span class="hint">{member.branch.name}</span>
            <Button onPress={() => onPicked(member)}>
              {office.pick.take}
              <span class="only-read"> {member.full_name}</span>
            </Button>
          </Row>
        ))}
      </Rows>
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </>
  );
}

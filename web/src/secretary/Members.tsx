import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { byName, matches } from "../i18n/sort";
import { vi } from "../i18n/vi";
import { Field } from "../ui/Field";
import { Row, Rows } from "../ui/Row";
import { Screen } from "../ui/Screen";
import { useCopy } from "../ui/useCopy";
import { useBranch } from "./api";

/** Who is in the branch, and how to reach him. */
export default function Members() {
  const branch = useBranch();
  const list = useCopy<Shapes["MemberList"]>(`/v1/organizations/${branch.id}/members?limit=500`);
  const [typed, setTyped] = useState("");
  const items = (list.data?.items ?? []).filter((member) => matches(member.full_name, typed));
  return (
    <Screen title={vi.members.title} of={list} back="/app/chi-bo">
      <p class="large strong">{branch.name}</p>
      <Field label={vi.roll.find} type="search" value={typed} onValue={setTyped} />
      <p>{vi.members.count(items.length)}</p>
      <Rows>
        {byName(items, (member) => member.full_name).map((member) => (
          <Row key={member.id} title={<span class="strong">{member.full_name}</span>}>
            <span class="hint">
              {[
                member.status && vi.members.statuses[member.status],
                member.exempt ? vi.members.exempt : "",
                member.activated === false ? vi.members.notActivated : "",
              ]
                .filter(Boolean)
                .join(" · ")}
            </span>
            {member.phone && <a href={`tel:${member.phone}`}>{member.phone}</a>}
          </Row>
        ))}
      </Rows>
    </Screen>
  );
}

import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { branch as words } from "../i18n/branch";
import { day } from "../i18n/format";
import { byName, matches } from "../i18n/sort";
import { vi } from "../i18n/vi";
import { askMe, me } from "../sync/session";
import { Button, ButtonLink } from "../ui/Button";
import { Field } from "../ui/Field";
import { Reprint } from "../ui/Reprint";
import { keepsRoster } from "../ui/roles";
import { Row, Rows } from "../ui/Row";
import { saveFile } from "../ui/saveFile";
import { Screen } from "../ui/Screen";
import { useCopy } from "../ui/useCopy";
import { useLetters } from "../ui/useLetters";
import { Transfers } from "./Transfers";
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
          <Row key={member.id} title={<a href={`/app/chi-bo/dang-vien/${member.id}`}>{member.full_name}</a>}>
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
      <Papers branch={branch.id} members={list.data?.items ?? []} />
      <Transfers own={branch.id} />
    </Screen>
  );
}

/** What is printed of the branch: letters for who has none, and the year's register, minutes and resolutions. */
function Papers({ branch, members }: { branch: string; members: Shapes["MemberList"]["items"] }) {
  const letters = useLetters(branch);
  const year = Number(day(Date.now()).slice(6));
  async function book(of: number) {
    const path = `/v1/organizations/${branch}/book.pdf?from=${of}-01-01&to=${of}-12-31`;
    const { body } = await askMe<Blob>("GET", path, { as: "file", timeoutMs: 120_000 });
    saveFile(body, words.people.bookFile(of));
  }
  return (
    <section class="stack">
      <ButtonLink kind="quiet" href="/app/chi-bo/to-dang">
        {words.groups.title}
      </ButtonLink>
      {keepsRoster(me.value?.member, branch) && (
        <>
          <Button onPress={() => letters.make(null)}>{words.people.letters}</Button>
          <Reprint members={members} onYes={(ids) => letters.make(ids)} />
        </>
      )}
      <h2>{words.people.book}</h2>
      <div class="line">
        {[year, year - 1].map((of) => (
          <Button key={of} kind="quiet" onPress={() => book(of)}>
            {words.people.bookOf(of)}
          </Button>
        ))}
      </div>
    </section>
  );
}

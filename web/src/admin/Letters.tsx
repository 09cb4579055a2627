import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { number } from "../i18n/format";
import { office } from "../i18n/office";
import { Button } from "../ui/Button";
import { Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { type Found, PickMember } from "../ui/PickMember";
import { Reprint } from "../ui/Reprint";
import { Row, Rows } from "../ui/Row";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { NOT_KEPT, useCopy } from "../ui/useCopy";
import { LETTERS_MOST, useLetters } from "../ui/useLetters";
import { usePlace } from "../ui/usePlace";
import { Said } from "../ui/words";
import { type Organization, placeAddress } from "./place";

const PER_PAGE = ["4", "1"] as const;

/** Where so many wait that the server prints them by the branch only. */
function isTooLarge({ level, members }: Organization): boolean {
  return level !== "branch" && members > LETTERS_MOST;
}

/** Letters with which members begin: for all who need one, or for some who have lost theirs. */
export default function Letters() {
  const { id, place } = usePlace("admin");
  return (
    <Screen title={office.tree.letters} of={place} back={placeAddress(id)} hasTabs={false}>
      {place.data && <Print key={id} organization={place.data} />}
    </Screen>
  );
}

function Print({ organization }: { organization: Organization }) {
  const { id } = organization;
  const letters = useLetters(id);
  const [named, setNamed] = useState<Found[]>([]);
  const [perPage, setPerPage] = useState<(typeof PER_PAGE)[number]>("4");
  const [isDone, setDone] = useState(false);
  const inBranch = organization.level === "branch" ? `/v1/organizations/${id}/members?limit=500` : null;
  const members = useCopy<Shapes["MemberList"]>(inBranch, NOT_KEPT);
  const words = office.letters;

  async function print(ids: string[] | null) {
    setDone(false);
    setDone(await letters.make(ids, Number(perPage)));
    members.retry();
  }
  async function printChosen() {
    if (named.length === 0 && isTooLarge(organization)) throw new Said(words.nobody);
    await print(named.length > 0 ? named.map((member) => member.id) : null);
  }
  const add = (member: Found | null) => member && setNamed([...named.filter((each) => each.id !== member.id), member]);
  return (
    <>
      <p class="large strong">{organization.name}</p>
      <p>{words.what}</p>
      {isTooLarge(organization) && <Status kind="info">{words.byBranch(number(LETTERS_MOST))}</Status>}
      <Form
        submit={named.length > 0 || isTooLarge(organization) ? words.printSome(named.length) : words.printAll}
        onSubmit={printChosen}
      >
        {named.length > 0 && (
          <Rows>
            {named.map((member) => (
              <Row key={member.id} title={<span class="strong">{member.full_name}</span>}>
                <span class="hint">{member.branch.name}</span>
                <Button kind="quiet" onPress={() => setNamed(named.filter((each) => each.id !== member.id))}>
                  {words.leaveOut}
                  <span class="only-read"> {member.full_name}</span>
                </Button>
              </Row>
            ))}
          </Rows>
        )}
        <PickMember key={named.length} label={words.some} under={id} picked={null} onPicked={add} />
        <Select
          label={words.perPage}
          value={perPage}
          onValue={setPerPage}
          choices={PER_PAGE.map((value) => ({ value, label: words.onPage(value) }))}
        />
      </Form>
      {letters.isRunning && (
        <Status kind="waiting" isLive>
          {letters.progress
            ? words.progress(number(letters.progress.done), number(letters.progress.total))
            : words.making}
        </Status>
      )}
      {isDone && (
        <Status kind="done" isLive>
          {words.done}
        </Status>
      )}
      <Reprint members={members.data?.items ?? []} onYes={print} />
    </>
  );
}

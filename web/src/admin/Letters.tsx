import { useState } from "preact/hooks";
import { number } from "../i18n/format";
import { office } from "../i18n/office";
import { Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { type Found, PickMember } from "../ui/PickMember";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { useLetters } from "../ui/useLetters";
import { placeAddress } from "./place";
import { usePlace } from "../ui/usePlace";

const PER_PAGE = ["4", "1"] as const;

/** Letters with which members begin: for all who need one, or for one who has lost his. */
export default function Letters() {
  const { id, place } = usePlace();
  const letters = useLetters(id);
  const [member, setMember] = useState<Found | null>(null);
  const [perPage, setPerPage] = useState<(typeof PER_PAGE)[number]>("4");
  const [isDone, setDone] = useState(false);
  const words = office.letters;

  async function print() {
    setDone(false);
    setDone(await letters.make(member ? [member.id] : undefined, Number(perPage)));
  }
  return (
    <Screen title={office.tree.letters} of={place} back={placeAddress(id)} hasTabs={false}>
      {place.data && (
        <>
          <p class="large strong">{place.data.name}</p>
          <p>{words.what}</p>
          <Form submit={member ? words.printOne : words.printAll} onSubmit={print}>
            <PickMember label={words.one} under={id} picked={member} onPicked={setMember} />
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
        </>
      )}
    </Screen>
  );
}

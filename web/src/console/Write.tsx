import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Document, Shapes } from "../api/client";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { me } from "../sync/session";
import { idOf } from "../ui/address";
import { Button } from "../ui/Button";
import { ContentFields, contentOf } from "../ui/Content";
import { Check, Choice, Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { isOwnBranch, issuing } from "../ui/roles";
import { Screen, State } from "../ui/Screen";
import { useDraft } from "../ui/useDraft";
import { useList } from "../ui/useList";
import { Said } from "../ui/words";
import { audienceOf, type Readership, READERSHIPS, targetsIn } from "./audience";

type Kind = Document["kind"];
const KINDS: readonly Kind[] = ["directive", "resolution", "regulation", "guideline", "material", "news"];

interface Written {
  kind: Kind;
  title: string;
  number: string;
  issuedOn: string;
  from: "file" | "text";
  text: string;
  readership: Readership;
  where: "whole" | "some";
  units: string[];
  classification: "internal" | "public";
  mustAcknowledge: boolean;
  targets: string;
}

const EMPTY: Written = {
  kind: "directive",
  title: "",
  number: "",
  issuedOn: "",
  from: "file",
  text: "",
  readership: "everyone",
  where: "whole",
  units: [],
  classification: "internal",
  mustAcknowledge: false,
  targets: "",
};

/** A paper is written, and becomes a draft: it is looked at before anybody gets it. */
export default function Write() {
  const { query, route } = useLocation();
  const own = me.value ? issuing(me.value.member, idOf(query.noi)) : { id: "", name: "" };
  const { draft, set, clear } = useDraft(`publish:${own.id}`, EMPTY);
  const [file, setFile] = useState<File | null>(null);
  const [keys] = useState(() => new Keys());
  const isBranch = isOwnBranch(me.value?.member, own.id);
  /** A branch has no units below it, whatever an older draft says. */
  const where = isBranch ? "whole" : draft.where;
  const words = office.publish;

  async function keep() {
    if (!draft.title.trim()) throw new Said(words.noTitle);
    const chosen = where === "some" ? draft.units : [];
    if (where === "some" && chosen.length === 0) throw new Said(words.noUnits);
    const targets = draft.kind === "resolution" ? targetsIn(draft.targets) : [];
    const body: Shapes["CreateDocumentInput"] = {
      kind: draft.kind,
      title: draft.title.trim(),
      organization_id: own.id,
      classification: draft.classification,
      audience: audienceOf(draft.readership, own.id, chosen),
      requires_acknowledgement: draft.mustAcknowledge,
      ...(draft.number.trim() ? { number: draft.number.trim() } : {}),
      ...(draft.issuedOn ? { issued_on: draft.issuedOn } : {}),
      ...(targets.length > 0 ? { targets } : {}),
      ...(await contentOf(draft, file)),
    };
    const { id } = (await keys.send<Document>("POST", "/v1/documents", body)).body;
    await clear();
    route(`/app/quan-ly/van-ban/${id}`, true);
  }
  return (
    <Screen title={words.writeTitle} back={`/app/quan-ly/van-ban?noi=${own.id}`} hasTabs={false}>
      <p class="large strong">{own.name}</p>
      <Form submit={words.preview} onSubmit={keep}>
        <Select
          label={words.kind}
          value={draft.kind}
          onValue={(kind) => set({ kind })}
          choices={KINDS.map((value) => ({ value, label: vi.papers.kinds[value] }))}
        />
        <Field label={words.name} value={draft.title} onValue={(title) => set({ title })} maxLength={300} />
        <Field label={words.number} value={draft.number} onValue={(number) => set({ number })} maxLength={50} />
        <Field label={words.issuedOn} type="date" value={draft.issuedOn} onValue={(issuedOn) => set({ issuedOn })} />
        <ContentFields
          content={draft}
          set={set}
          file={file}
          onFile={setFile}
          legend={words.content}
          textLabel={words.content}
        />
        {draft.kind === "resolution" && (
          <Field
            label={words.targets}
            hint={words.targetsHint}
            value={draft.targets}
            onValue={(targets) => set({ targets })}
            isLong
          />
        )}
        <Choice
          legend={words.readership}
          name="readership"
          value={draft.readership}
          onValue={(readership) => set({ readership })}
          choices={READERSHIPS.map((value) => ({ value, label: words.readerships[value] }))}
        />
        {!isBranch && (
          <Choice
            legend={words.where}
            name="where"
            value={where}
            onValue={(where) => set({ where })}
            choices={[
              { value: "whole", label: words.whole(own.name) },
              { value: "some", label: words.some },
            ]}
          />
        )}
        {where === "some" && <Units own={own.id} chosen={draft.units} onChosen={(units) => set({ units })} />}
        <Choice
          legend={words.classification}
          name="classification"
          value={draft.classification}
          onValue={(classification) => set({ classification })}
          choices={(["internal", "public"] as const).map((value) => ({
            value,
            label: words.classifications[value],
          }))}
        />
        <Check
          label={words.acknowledge}
          value={draft.mustAcknowledge}
          onValue={(mustAcknowledge) => set({ mustAcknowledge })}
        />
      </Form>
    </Screen>
  );
}

function Units({ own, chosen, onChosen }: { own: string; chosen: string[]; onChosen: (units: string[]) => void }) {
  const list = useList<Shapes["Organization"]>(`/v1/organizations/${own}/children?limit=100`);
  return (
    <fieldset class="choices">
      <legend class="legend">{office.publish.units}</legend>
      <State of={list} />
      {list.items
        .filter(({ id, state }) => state === "active" || chosen.includes(id))
        .map(({ id, name }) => (
          <Check
            key={id}
            label={name}
            value={chosen.includes(id)}
            onValue={(isIn) => onChosen(isIn ? [...chosen, id] : chosen.filter((each) => each !== id))}
          />
        ))}
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </fieldset>
  );
}

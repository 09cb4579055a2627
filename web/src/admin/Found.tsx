import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { office } from "../i18n/office";
import { Keys } from "../sync/keys";
import { Field, Select } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
import { Said } from "../ui/words";
import { type Level, levelsBelow, type Organization, placeAddress } from "./place";
import { usePlace } from "../ui/usePlace";

/** An organisation is founded below another. */
export default function Found() {
  const { id, place } = usePlace();
  return (
    <Screen title={office.tree.add} of={place} back={placeAddress(id)} hasTabs={false}>
      {place.data && <New above={place.data} />}
    </Screen>
  );
}

function New({ above }: { above: Organization }) {
  const { route } = useLocation();
  const levels = levelsBelow(above.level);
  const [level, setLevel] = useState<Level>(levels[0] ?? "branch");
  const [name, setName] = useState("");
  const [code, setCode] = useState("");
  const [keys] = useState(() => new Keys());
  const { tree } = office;

  async function found() {
    if (!name.trim() || !code.trim()) throw new Said(tree.needsBoth);
    const body: Shapes["CreateOrganizationInput"] = {
      parent_id: above.id,
      level,
      name: name.trim(),
      code: code.trim(),
    };
    const made = (await keys.send<Organization>("POST", "/v1/organizations", body)).body;
    route(placeAddress(made.id), true);
  }
  return (
    <Form submit={tree.addYes} onSubmit={found}>
      <p>{tree.below(above.name)}</p>
      <Select
        label={tree.level}
        value={level}
        onValue={setLevel}
        choices={levels.map((value) => ({ value, label: tree.levels[value] }))}
      />
      <Field label={tree.name} value={name} onValue={setName} maxLength={200} />
      <Field label={tree.code} hint={tree.codeHint} value={code} onValue={setCode} maxLength={64} isExact />
    </Form>
  );
}

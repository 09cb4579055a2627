import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { Keys } from "../sync/keys";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { isAbove } from "../ui/levels";
import { Other } from "../ui/Other";
import { type Place, PickPlace } from "../ui/PickPlace";
import { Screen } from "../ui/Screen";
import { unlessChanged } from "../ui/unlessChanged";
import { usePlace } from "../ui/usePlace";
import { useTyped } from "../ui/useTyped";
import { Said } from "../ui/words";
import { bodyOf, type Edited, editedOf } from "./edit";
import { type Organization, placeAddress } from "./place";

/** Its name, its rhythm, and what it is part of. */
export default function Edit() {
  const { own, id, place } = usePlace("admin");
  return (
    <Screen title={office.tree.edit} of={place} back={placeAddress(id)} hasTabs={false}>
      {place.data && <Change key={id} organization={place.data} own={own} onOther={place.retry} />}
    </Screen>
  );
}

function labelOf(name: keyof Edited): string {
  const { tree } = office;
  return { name: tree.name, day: tree.day, time: tree.time, where: tree.where }[name];
}

interface ChangeProps {
  organization: Organization;
  own: string;
  onOther: () => void;
}

function Change({ organization, own, onOther }: ChangeProps) {
  const { route } = useLocation();
  const typing = useTyped(editedOf(organization), organization.version);
  const { name, day, time, where } = typing.form;
  const { set } = typing;
  const [keys] = useState(() => new Keys());
  const [isMoving, setMoving] = useState(false);
  const [parent, setParent] = useState<Place | null>(null);
  const { tree } = office;

  async function change() {
    if (!name.trim()) throw new Said(tree.needsName);
    if (typing.other) throw new Said(vi.minutes.choose);
    const body = { ...bodyOf(typing.typed, organization), ...(parent ? { parent_id: parent.id } : {}) };
    const ifMatch = `"${organization.version}"`;
    const path = `/v1/organizations/${organization.id}`;
    if (Object.keys(body).length > 0) await unlessChanged(() => keys.send("PATCH", path, body, { ifMatch }), onOther);
    route(placeAddress(organization.id), true);
  }
  return (
    <Form submit={tree.editYes} onSubmit={change}>
      <Other of={typing} line={(name, value) => vi.field(labelOf(name), value || vi.none)} />
      <Field label={tree.name} value={name} onValue={(name) => set({ name })} maxLength={200} />
      <Field
        label={tree.day}
        type="number"
        inputMode="numeric"
        value={day}
        onValue={(day) => set({ day })}
        hint={tree.dayHint}
      />
      <Field label={tree.time} type="time" value={time} onValue={(time) => set({ time })} />
      <Field label={tree.where} value={where} onValue={(where) => set({ where })} maxLength={200} />
      {organization.id !== own &&
        (isMoving ? (
          <PickPlace
            label={tree.newParent}
            under={own}
            isFit={(place) => isAbove(place.level, organization.level) && place.id !== organization.parent_id}
            picked={parent}
            onPicked={setParent}
          />
        ) : (
          <Button kind="quiet" onPress={() => setMoving(true)}>
            {tree.move}
          </Button>
        ))}
    </Form>
  );
}

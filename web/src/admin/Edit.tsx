import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { office } from "../i18n/office";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { type Place, PickPlace } from "../ui/PickPlace";
import { Screen } from "../ui/Screen";
import { Said } from "../ui/words";
import { isAbove, type Organization, placeAddress } from "./place";
import { usePlace } from "../ui/usePlace";

/** Its name, its rhythm, and what it is part of. */
export default function Edit() {
  const { own, id, place } = usePlace();
  return (
    <Screen title={office.tree.edit} of={place} back={placeAddress(id)} hasTabs={false}>
      {place.data && <Change key={place.data.version} organization={place.data} own={own} />}
    </Screen>
  );
}

function Change({ organization, own }: { organization: Organization; own: string }) {
  const { route } = useLocation();
  const [name, setName] = useState(organization.name);
  const [day, setDay] = useState(organization.meeting_day === null ? "" : String(organization.meeting_day));
  const [time, setTime] = useState(organization.meeting_time?.slice(0, 5) ?? "");
  const [where, setWhere] = useState(organization.meeting_place ?? "");
  const [isMoving, setMoving] = useState(false);
  const [parent, setParent] = useState<Place | null>(null);
  const { tree } = office;

  async function change() {
    if (!name.trim()) throw new Said(tree.needsName);
    const body: Shapes["EditOrganizationInput"] = {
      name: name.trim(),
      meeting_day: day ? Number.parseInt(day, 10) : null,
      meeting_time: time || null,
      meeting_place: where.trim() || null,
      ...(parent ? { parent_id: parent.id } : {}),
    };
    const asking = { body, ifMatch: `"${organization.version}"`, key: newKey(), waitS: 20 };
    await askMe("PATCH", `/v1/organizations/${organization.id}`, asking);
    route(placeAddress(organization.id), true);
  }
  return (
    <Form submit={tree.editYes} onSubmit={change}>
      <Field label={tree.name} value={name} onValue={setName} maxLength={200} />
      <Field label={tree.day} type="number" inputMode="numeric" value={day} onValue={setDay} hint={tree.dayHint} />
      <Field label={tree.time} type="time" value={time} onValue={setTime} />
      <Field label={tree.where} value={where} onValue={setWhere} maxLength={200} />
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

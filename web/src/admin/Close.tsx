import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { number } from "../i18n/format";
import { office } from "../i18n/office";
import { Keys } from "../sync/keys";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { type Place, PickPlace } from "../ui/PickPlace";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { Sure } from "../ui/Sure";
import { Said } from "../ui/words";
import { type Organization, placeAddress } from "./place";
import { usePlace } from "../ui/usePlace";

/** An organisation ends; its members go to another, and what it was stays readable. */
export default function Close() {
  const { own, id, place } = usePlace();
  return (
    <Screen title={office.tree.close} of={place} back={placeAddress(id)} hasTabs={false}>
      {place.data && <End organization={place.data} own={own} />}
    </Screen>
  );
}

function End({ organization, own }: { organization: Organization; own: string }) {
  const { route } = useLocation();
  const [into, setInto] = useState<Place | null>(null);
  const [reason, setReason] = useState("");
  const [isAsked, setAsked] = useState(false);
  const [keys] = useState(() => new Keys());
  const { tree } = office;

  async function ask() {
    if (!reason.trim()) throw new Said(tree.needsReason);
    if (organization.members > 0 && !into) throw new Said(tree.needsInto);
    setAsked(true);
  }
  async function close() {
    const body: Shapes["CloseOrganizationInput"] = { reason: reason.trim(), ...(into ? { into_id: into.id } : {}) };
    await keys.send("POST", `/v1/organizations/${organization.id}/close`, body);
    route(placeAddress(into?.id ?? organization.parent_id ?? own), true);
  }
  return (
    <>
      <p class="large strong">{organization.name}</p>
      <Status kind="waiting">{tree.closeWhat(number(organization.members))}</Status>
      <Form submit={tree.closeAsk} onSubmit={ask}>
        <PickPlace
          label={tree.into}
          under={organization.parent_id ?? own}
          isFit={(place) => place.level === organization.level && place.id !== organization.id}
          picked={into}
          onPicked={setInto}
        />
        <Field label={tree.reason} value={reason} onValue={setReason} isLong maxLength={2000} />
      </Form>
      {isAsked && (
        <Sure label={tree.closeYes} question={tree.closeSure(organization.name)} yes={tree.closeYes} onYes={close} />
      )}
    </>
  );
}

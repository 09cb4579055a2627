import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { office } from "../i18n/office";
import { vi } from "../i18n/vi";
import { Button } from "./Button";
import { Field } from "./Field";
import { Row, Rows } from "./Row";
import { State } from "./Screen";
import { useList } from "./useList";

export type Place = Shapes["Organization"];

interface Props {
  label: string;
  /** Where it is looked for: in all below. */
  under: string;
  isFit: (place: Place) => boolean;
  picked: Place | null;
  onPicked: (place: Place | null) => void;
}

/** An organisation is found by going down the tree: a name narrows a level, a tap goes below, a button takes. */
export function PickPlace({ label, under, isFit, picked, onPicked }: Props) {
  const [way, setWay] = useState<Place[]>([]);
  if (picked)
    return (
      <div class="card">
        <p>{label}</p>
        <p class="strong">{picked.name}</p>
        <Button kind="quiet" onPress={() => onPicked(null)}>
          {office.pick.another}
        </Button>
      </div>
    );
  const at = way.at(-1);
  return (
    <fieldset class="choices">
      <legend class="legend">{label}</legend>
      {at && (
        <Button kind="quiet" onPress={() => setWay(way.slice(0, -1))}>
          {office.pick.up(at.name)}
        </Button>
      )}
      <Level
        key={at?.id ?? under}
        of={at?.id ?? under}
        isFit={isFit}
        onPicked={onPicked}
        onDown={(place) => setWay([...way, place])}
      />
    </fieldset>
  );
}

function Level({
  of,
  isFit,
  onPicked,
  onDown,
}: {
  of: string;
  isFit: (place: Place) => boolean;
  onPicked: (place: Place) => void;
  onDown: (place: Place) => void;
}) {
  const [typed, setTyped] = useState("");
  const q = typed.trim() ? `&q=${encodeURIComponent(typed.trim())}` : "";
  const list = useList<Place>(`/v1/organizations/${of}/children?limit=20${q}`);
  return (
    <>
      <Field label={office.pick.find} type="search" value={typed} onValue={setTyped} />
      <State of={list} />
      {list.data && list.items.length === 0 && <p>{office.pick.none}</p>}
      <Rows>
        {list.items
          .filter((place) => place.state === "active")
          .map((place) => (
            <Row key={place.id} title={<span class="strong">{place.name}</span>}>
              <span class="line">
                {isFit(place) && (
                  <Button onPress={() => onPicked(place)}>
                    {office.pick.take}
                    <span class="only-read"> {place.name}</span>
                  </Button>
                )}
                {place.level !== "branch" && (
                  <Button kind="quiet" onPress={() => onDown(place)}>
                    {office.pick.below}
                    <span class="only-read"> {place.name}</span>
                  </Button>
                )}
              </span>
            </Row>
          ))}
      </Rows>
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </>
  );
}

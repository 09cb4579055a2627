import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { ask, Refused, type Shapes } from "../api/client";
import { vi } from "../i18n/vi";
import { deviceId } from "../sync/device";
import { begin } from "../sync/session";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
import { SizeChoice } from "../ui/SizeChoice";
import { Status } from "../ui/Status";
import { Said } from "../ui/words";

type Found = Shapes["ActivationCheck"];

/** The letter's code opens /app/kich-hoat#c=CARD&k=CODE: a fragment is in no log, and wiped as soon as it is read. */
function fromLetter(): { card: string; code: string } {
  const given = new URLSearchParams(location.hash.slice(1));
  if (location.hash) history.replaceState(history.state, "", location.pathname);
  return { card: given.get("c") ?? "", code: given.get("k") ?? "" };
}

export default function Activate() {
  const [letter] = useState(fromLetter);
  const [card, setCard] = useState(letter.card);
  const [code, setCode] = useState(letter.code);
  const [found, setFound] = useState<Found | null>(null);
  const [isMe, setMe] = useState(false);

  async function check() {
    const body = { card_number: card.trim(), activation_code: code.trim(), device_id: deviceId() };
    setFound((await ask<Found>("POST", "/v1/auth/activate/check", { body })).body);
  }
  useEffect(() => {
    if (letter.card && letter.code) void check().catch(() => undefined);
  }, []);

  return (
    <Screen title={vi.activate.title} back="/app/dang-nhap" hasTabs={false}>
      {/Zalo/.test(navigator.userAgent) && <Status kind="info">{vi.activate.chrome}</Status>}
      {!found && (
        <Form isByEnter submit={vi.activate.check} onSubmit={() => check().catch(used)}>
          <p>{vi.activate.intro}</p>
          <Field
            label={vi.signIn.card}
            value={card}
            onValue={setCard}
            inputMode="numeric"
            autoComplete="username"
            isExact
          />
          <Field
            label={vi.activate.code}
            hint={vi.activate.codeHint}
            value={code}
            onValue={setCode}
            autoComplete="off"
            isExact
          />
        </Form>
      )}
      {found && !isMe && (
        <div class="stack">
          <p>{vi.activate.isIt}</p>
          <p class="large strong">{found.full_name}</p>
          <p>{found.branch.name}</p>
          <Button kind="primary" onPress={() => setMe(true)}>
            {vi.activate.yes(found.full_name)}
          </Button>
          <Button kind="quiet" onPress={() => setFound(null)}>
            {vi.activate.no}
          </Button>
        </div>
      )}
      {found && isMe && <Password card={card} code={code} />}
    </Screen>
  );
}

/** Whatever is wrong with a code, what helps is the same. */
function used(error: unknown): never {
  if (error instanceof Refused && error.status === 401) throw new Said(vi.activate.used);
  throw error;
}

function Password({ card, code }: { card: string; code: string }) {
  const { route } = useLocation();
  const [password, setPassword] = useState("");

  async function submit() {
    if ([...password].length < 8) throw new Said(vi.activate.short);
    const body = { card_number: card.trim(), activation_code: code.trim(), password, device_id: deviceId() };
    const answer = await ask<Shapes["Session"]>("POST", "/v1/auth/activate", { body }).catch(used);
    await begin(answer.body);
    route("/app/", true);
  }

  return (
    <Form isByEnter submit={vi.activate.submit} onSubmit={submit}>
      <p>{vi.activate.sample}</p>
      <SizeChoice />
      <Field
        label={vi.activate.password}
        hint={vi.activate.passwordHint}
        value={password}
        onValue={setPassword}
        autoComplete="new-password"
        isExact
      />
    </Form>
  );
}
